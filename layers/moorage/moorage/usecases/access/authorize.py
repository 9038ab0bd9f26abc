"""Authorization: every use case calls `authorize` with its first read of a repository.

    repository = find_repository(repository_id, ports)                      # reads and authorizes
    repository = authorize(repository_id, lookup.repository, ports)         # the same for another read
    source = authorize(source_id, found, ports, "ecr:BatchGetImage")        # for another action than the request's own
    authorize_registry(ports)                                               # an operation on the registry itself

The repository's record includes the policies, so checking them needs no request to AWS. `ports.access` has the caller
and the action of the request; `wire/edge.py` sets it.

The errors:

    the caller may not do this here            AccessDeniedError, whether the repository exists or not
    own account, may not even describe it      RepositoryNotFoundError, as if it did not exist
"""

from moorage.domain.errors import AccessDeniedError, MoorageError, RepositoryNotFoundError
from moorage.domain.policy.access import REGISTRY_RESOURCE, is_own, may_ever, policies_allow, registry_allows
from moorage.domain.policy.request import AccessRequest
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.uploads.upload import Upload
from moorage.usecases.ports import Ports

DESCRIBE = "ecr:DescribeRepositories"


def require_possible(repository: RepositoryId, ports: Ports, action: str = "") -> None:
    """Deny a request that no policy could allow, before anything is read. Raises: AccessDeniedError."""
    if ports.access.call is None:
        return
    action = action or ports.access.action
    if not may_ever(ports.access, action, repository, ports.limits.registry_id):
        raise _denied(ports.access, action, repository)


def authorize(
    repository: RepositoryId,
    found: Repository | None,
    ports: Ports,
    action: str = "",
    *,
    initiator: str | None = None,
) -> Repository:
    """The repository, if it exists and the caller may do this in it.

    `initiator` is the caller that began the upload. If the registry itself continues it, the initiator must be allowed.
    Raises: AccessDeniedError, RepositoryNotFoundError.
    """
    require_possible(repository, ports, action)
    if ports.access.call is not None:
        access, action = ports.access.on_behalf_of(initiator), action or ports.access.action
        if not policies_allow(access, action, repository, found, ports.now()):
            raise _refusal(access, action, repository, found, ports.now())
    if found is None:
        raise RepositoryNotFoundError(repository)
    return found


def may(repository: Repository, ports: Ports, action: str = "") -> bool:
    """Whether the caller may do this in an existing repository. Used for listings and mounts."""
    if ports.access.call is None:
        return True
    action = action or ports.access.action
    if not may_ever(ports.access, action, repository.id, ports.limits.registry_id):
        return False
    return policies_allow(ports.access, action, repository.id, repository, ports.now())


def is_visible(repository: Repository, ports: Ports) -> bool:
    """Whether a listing may contain the repository: the caller may list its tags, and no policy hides it."""
    access, now = ports.access, ports.now()
    return may(repository, ports) and policies_allow(access, DESCRIBE, repository.id, repository, now)


def authorize_new(repository: RepositoryId, ports: Ports, action: str = "") -> None:
    """Require that the caller may create a repository of this name. Reads the registry's policy.

    The scope of a token has to cover the request's own action, also where `action` is another one.
    Raises: AccessDeniedError.
    """
    if ports.access.call is None:
        return
    action = action or ports.access.action
    require_possible(repository, ports)
    policy = ports.policies.get_registry_policy(repository.registry_id)
    texts = (policy,) if policy else ()
    if not policies_allow(ports.access, action, repository, None, ports.now(), policies=texts):
        raise _denied(ports.access, action, repository)


def authorize_registry(ports: Ports) -> None:
    """Require that the caller may do this to the registry itself. Reads its policy. Raises: AccessDeniedError."""
    if ports.access.call is None:
        return
    if not registry_allows(ports.access, None, ports.now()) or not registry_allows(
        ports.access, ports.policies.get_registry_policy(ports.limits.registry_id), ports.now()
    ):
        raise _denied(ports.access, ports.access.action, None)


def authorize_unscoped(ports: Ports) -> None:
    """Require that the caller may use a route that IAM cannot restrict to one repository. Raises: AccessDeniedError."""
    administrators, call = ports.limits.administrators, ports.access.call
    if call is not None and administrators and call.caller.subject not in administrators:
        raise _denied(ports.access, ports.access.action, None)


def belongs_to_caller(upload: Upload, ports: Ports) -> bool:
    """Whether the caller's role or user began the upload. Uploads of earlier versions have no owner."""
    access = ports.access
    return access.call is None or access.continues or upload.initiator in (None, access.subject)


def may_continue(upload: Upload, ports: Ports) -> bool:
    """The same for a request that names only an upload: its token must also cover the upload's repository."""
    return may_ever(ports.access, ports.access.action, upload.repository, ports.limits.registry_id) and (
        belongs_to_caller(upload, ports)
    )


def initiator_of(repository: Repository, ports: Ports) -> str | None:
    """The owner of an upload that this request begins; "" if the caller may not send parts to the repository.

    Requests for parts only read the upload's record, so the permission is checked once, when the upload begins.
    """
    return ports.access.subject if may(repository, ports, "ecr:UploadLayerPart") else ""


def _refusal(
    access: AccessRequest, action: str, repository: RepositoryId, found: Repository | None, now: float
) -> MoorageError:
    denied = _denied(access, action, repository)
    if not is_own(access.caller, repository.registry_id) or policies_allow(access, DESCRIBE, repository, found, now):
        return denied
    missing = RepositoryNotFoundError(repository)
    missing.__cause__ = denied  # for the log only: the caller gets the same response as for a missing repository
    return missing


def _denied(access: AccessRequest, action: str, repository: RepositoryId | None) -> AccessDeniedError:
    resource = REGISTRY_RESOURCE
    if repository is not None and access.call is not None:
        resource = access.call.registry.repository_arn(repository.name, repository.registry_id)
    return AccessDeniedError(access.caller.name, action, resource)
