"""All routes of a gateway in front of a deployed stack."""

from collections.abc import Sequence
from dataclasses import dataclass

from moorage_gateway.backend import Backend
from moorage_gateway.blobs.direct import DirectUploads
from moorage_gateway.blobs.route import BlobUploadRoute
from moorage_gateway.blobs.sessions import BlobSessions
from moorage_gateway.exchange import Route
from moorage_gateway.forward import ForwardRoute


@dataclass(frozen=True, slots=True)
class Front:
    """Routes, in the order in which they are asked, and what they work with."""

    routes: Sequence[Route]
    backend: Backend
    sessions: BlobSessions

    async def close(self) -> None:
        """Close the connections to the backend, and drop the uploads that have not ended."""
        self.sessions.close()
        await self.backend.close()


def front_of(endpoint: str) -> Front:
    """Uploads of blobs, and everything else.

    Raises: EndpointError; botocore's errors where credentials or a region are missing.
    """
    backend, sessions = Backend(endpoint), BlobSessions()
    forward = ForwardRoute(backend)
    return Front([BlobUploadRoute(forward, DirectUploads(backend), sessions), forward], backend, sessions)
