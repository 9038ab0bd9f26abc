"""The registry itself, as answers and resource names describe it."""

import re
from dataclasses import dataclass

from moorage.domain.repositories.repository import RepositoryId

_REPOSITORY_ARN = re.compile(r"arn:aws[a-z-]*:ecr:([a-z0-9-]+):([0-9]{12}):repository/(.{2,256})")


@dataclass(frozen=True, slots=True)
class Registry:
    """`registry_id` is the account that owns it; `domain_name` is the host part of repository URIs."""

    registry_id: str
    region: str
    domain_name: str

    def repository_arn(self, repository_name: str, registry_id: str = "") -> str:
        """A repository's ARN as ECR writes it, which policies and refusals name. `*` stands for all of them."""
        return f"arn:aws:ecr:{self.region}:{registry_id or self.registry_id}:repository/{repository_name}"

    def repository_of(self, arn: str) -> RepositoryId | None:
        """The repository that an ARN of this region names, in this registry or another; None for any other text."""
        matched = _REPOSITORY_ARN.fullmatch(arn)
        if matched is None or matched[1] != self.region:
            return None
        return RepositoryId(matched[2], matched[3])
