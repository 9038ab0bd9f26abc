"""Records in DynamoDB. All models are loaded with the package: PynamoDB reads only records whose kind it knows."""

from moorage.adapters.dynamodb import gates, lifecycle_models, registry_models

__all__ = ["gates", "lifecycle_models", "registry_models"]
