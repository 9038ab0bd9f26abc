"""Records in DynamoDB. All models are loaded with the package: PynamoDB reads only records whose kind it knows."""

from moorage.adapters.dynamodb import gates, image_models, lifecycle_models, registry_models

__all__ = ["gates", "image_models", "lifecycle_models", "registry_models"]
