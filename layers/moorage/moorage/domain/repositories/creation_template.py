"""Repository creation templates: the settings of repositories that the registry creates by itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from moorage.domain.repositories.repository import Encryption

ROOT = "ROOT"
"""The prefix of the template for repositories that no other template covers."""
CREATE_ON_PUSH = "CREATE_ON_PUSH"
"""The scenario of a push to a repository that does not exist (RCTAppliedFor in the ECR API model)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreationTemplate:
    """The members are ECR's (RepositoryCreationTemplate in its API model); times are epoch seconds.

    `applied_for` lists scenarios: CREATE_ON_PUSH is the one that Moorage acts on, the others are kept as given.
    `prefix` has no slash at its end; `policy` and `lifecycle_policy` are JSON texts, "" for none.
    """

    prefix: str
    applied_for: tuple[str, ...]
    created_at: float
    updated_at: float
    description: str | None = None
    encryption: Encryption | None = None
    resource_tags: tuple[tuple[str, str], ...] | None = None
    tag_mutability: str | None = None
    tag_mutability_filters: tuple[dict[str, str], ...] | None = None
    policy: str | None = None
    lifecycle_policy: str | None = None
    custom_role_arn: str | None = None

    def covers(self, repository_name: str) -> bool:
        """Whether a repository of this name is below the prefix; ROOT covers all."""
        return self.prefix == ROOT or repository_name.startswith(f"{self.prefix}/")


def normalized_prefix(prefix: str) -> str:
    """ECR assumes a slash at the end of every prefix, given or not."""
    return prefix.removesuffix("/")


def covering_prefixes(repository_name: str) -> list[str]:
    """The prefixes of all templates that could cover a repository, the most specific first, ROOT last."""
    parents = repository_name.split("/")[:-1]
    return ["/".join(parents[:depth]) for depth in range(len(parents), 0, -1)] + [ROOT]


def choose_template(
    templates: Iterable[CreationTemplate], repository_name: str, scenario: str
) -> CreationTemplate | None:
    """The template with the longest prefix that covers the repository and is applied for the scenario."""
    fitting = [each for each in templates if scenario in each.applied_for and each.covers(repository_name)]
    return max(fitting, key=lambda each: -1 if each.prefix == ROOT else len(each.prefix), default=None)
