"""The registry itself, as answers and resource names describe it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Registry:
    """`registry_id` is the account that owns it; `domain_name` is the host part of repository URIs."""

    registry_id: str
    region: str
    domain_name: str

    def repository_arn(self, repository_name: str, registry_id: str = "") -> str:
        """A repository's ARN as ECR writes it, which policies and refusals name. `*` stands for all of them."""
        return f"arn:aws:ecr:{self.region}:{registry_id or self.registry_id}:repository/{repository_name}"
