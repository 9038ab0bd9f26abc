"""The ECR API's operations that move images, with the registry's refusals in one line each."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from moorage.domain.digest import Digest
from moorage.domain.images.manifest import MEDIA_TYPES

from moorage_client.images.errors import RegistryError
from moorage_client.images.image_tree import ImageTree
from moorage_client.signing import client_of_user

CHECKED_TOGETHER = 100
"""`max` of the digests of BatchCheckLayerAvailability in the ECR API model."""


class RegistryImages:
    """The images of a registry.

    Raises: RegistryError if the registry refuses, and botocore's errors if it cannot be reached.
    """

    def __init__(self, endpoint: str) -> None:
        """Raises: EndpointError."""
        self._ecr = client_of_user(endpoint)

    def create_repository(self, repository: str) -> None:
        """Create it, if there is none of this name."""
        with _refusals("RepositoryAlreadyExistsException"):
            self._ecr.create_repository(repositoryName=repository)

    def require_repository(self, repository: str) -> None:
        """Ask for it."""
        with _refusals():
            self._ecr.describe_repositories(repositoryNames=[repository])

    def available(self, repository: str, digests: Iterable[Digest]) -> set[Digest]:
        """Which of these layers the repository has."""
        asked, found = sorted(set(digests)), set[Digest]()
        for start in range(0, len(asked), CHECKED_TOGETHER):
            page = [str(digest) for digest in asked[start : start + CHECKED_TOGETHER]]
            with _refusals():
                answer = self._ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=page)
            available = (layer for layer in answer["layers"] if layer["layerAvailability"] == "AVAILABLE")
            found |= {Digest.of(layer["layerDigest"]) for layer in available}
        return found

    def put(self, repository: str, tree: ImageTree, tag: str | None) -> None:
        """PutImage; succeeds if the image is there already."""
        members: dict[str, Any] = {
            "repositoryName": repository,
            "imageManifest": tree.content.decode(),
            "imageManifestMediaType": tree.media_type,
            "imageDigest": str(tree.digest),
        }
        with _refusals("ImageAlreadyExistsException"):
            self._ecr.put_image(**members | ({"imageTag": tag} if tag else {}))

    def get(self, repository: str, image_id: dict[str, str]) -> tuple[bytes, str, str]:
        """An image's manifest, its media type and its digest."""
        with _refusals():
            answer = self._ecr.batch_get_image(
                repositoryName=repository, imageIds=[image_id], acceptedMediaTypes=list(MEDIA_TYPES)
            )
        for failure in answer["failures"]:
            raise RegistryError(f"{failure['failureCode']}: {failure['failureReason']}")
        (image,) = answer["images"]
        content = str(image["imageManifest"]).encode()
        return content, str(image["imageManifestMediaType"]), str(image["imageId"]["imageDigest"])

    def download_url(self, repository: str, digest: Digest) -> str:
        """A URL of the layer's content, for some minutes."""
        with _refusals():
            answer = self._ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=str(digest))
        return str(answer["downloadUrl"])


@contextmanager
def _refusals(expected: str = "") -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        refusal = error.response.get("Error", {})
        if refusal.get("Code") != expected:
            raise RegistryError(f"{refusal.get('Code')}: {refusal.get('Message')}") from error
