"""The gate: every use case passes its first read of a repository through `authorize`.

    repository = find_repository(repository_id, ports)                      # reads and authorizes
    repository = authorize(repository_id, lookup.repository, ports)         # the same for another read
    source = authorize(source_id, found, ports, "ecr:BatchGetImage")        # for another action than the request's own
    authorize_registry(ports)                                               # an operation on the registry itself

Policies come with the repository's record, so checking them costs no call. `ports.access` says who asks and for what;
an entry point puts it there for each request (`wire/edge.py`).

What a refusal says:

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
    """Refuse, before anything is read, what no policy could allow. Raises: AccessDeniedError."""
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
    """The repository, if it is there and the caller may do this in it.

    `initiator` of an upload that is continued: where the registry itself continues it, the initiator has to be allowed.
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
    """Whether the caller may do this in a repository that is there: for listings and for mounts."""
    if ports.access.call is None:
        return True
    action = action or ports.access.action
    if not may_ever(ports.access, action, repository.id, ports.limits.registry_id):
        return False
    return policies_allow(ports.access, action, repository.id, repository, ports.now())


def is_visible(repository: Repository, ports: Ports) -> bool:
    """Whether a listing of names may show it: the caller may list its tags, and no policy hides that it exists."""
    access, now = ports.access, ports.now()
    return may(repository, ports) and policies_allow(access, DESCRIBE, repository.id, repository, now)


def authorize_new(repository: RepositoryId, ports: Ports, action: str = "") -> None:
    """Whether the caller may create a repository of this name: one read, of the registry's policy.

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
    """Whether the caller may do this to the registry itself: one read, of its policy. Raises: AccessDeniedError."""
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
    """Whether the caller's role or user began the upload. One of an earlier version belongs to nobody in particular."""
    access = ports.access
    return access.call is None or access.continues or upload.initiator in (None, access.subject)


def may_continue(upload: Upload, ports: Ports) -> bool:
    """The same, where a request names an upload alone: its token has to cover the upload's repository."""
    return may_ever(ports.access, ports.access.action, upload.repository, ports.limits.registry_id) and (
        belongs_to_caller(upload, ports)
    )


def initiator_of(repository: Repository, ports: Ports) -> str | None:
    """Whose an upload is that this request begins. Nobody's (""), if the caller may not send parts there.

    Parts are accepted from what the upload's record says, so this is decided once, when it is begun.
    """
    return ports.access.subject if may(repository, ports, "ecr:UploadLayerPart") else ""


def _refusal(
    access: AccessRequest, action: str, repository: RepositoryId, found: Repository | None, now: float
) -> MoorageError:
    denied = _denied(access, action, repository)
    if not is_own(access.caller, repository.registry_id) or policies_allow(access, DESCRIBE, repository, found, now):
        return denied
    missing = RepositoryNotFoundError(repository)
    missing.__cause__ = denied  # for the log alone: the caller is told what a missing repository would answer
    return missing


def _denied(access: AccessRequest, action: str, repository: RepositoryId | None) -> AccessDeniedError:
    resource = REGISTRY_RESOURCE
    if repository is not None and access.call is not None:
        resource = access.call.registry.repository_arn(repository.name, repository.registry_id)
    return AccessDeniedError(access.caller.name, action, resource)
