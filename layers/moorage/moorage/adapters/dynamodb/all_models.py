"""The models of all kinds of records. Item loads them when it reads a record whose model was not imported."""

from moorage.adapters.dynamodb import gates, schema
from moorage.adapters.dynamodb.images import models as image_models
from moorage.adapters.dynamodb.layers import models as layer_models
from moorage.adapters.dynamodb.lifecycle import models as lifecycle_models
from moorage.adapters.dynamodb.registry import models as registry_models
from moorage.adapters.dynamodb.repositories import models as repository_models
from moorage.adapters.dynamodb.repositories import policies
from moorage.adapters.dynamodb.uploads import models as upload_models

__all__ = [
    "gates",
    "image_models",
    "layer_models",
    "lifecycle_models",
    "policies",
    "registry_models",
    "repository_models",
    "schema",
    "upload_models",
]
