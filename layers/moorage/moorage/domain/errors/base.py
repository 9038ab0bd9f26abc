"""The base of all errors, and the errors that any request may raise."""


class MoorageError(Exception):
    """The base of all errors. `str()` of an error is a message that may be shown to the caller."""


class RequestError(MoorageError):
    """The request itself is at fault, whatever is stored."""


class MalformedRequestError(RequestError):
    """The request does not have the form that its protocol requires."""


class UnknownOperationError(RequestError):
    """The request names an operation that Moorage does not have."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"Moorage has no operation named '{operation}'")
        self.operation = operation


class InvalidParameterError(RequestError):
    """One member of the request breaks a constraint; `member` is its path, `reason` the rest of the sentence."""

    def __init__(self, member: str, reason: str) -> None:
        super().__init__(f"Invalid parameter at '{member}' failed to satisfy constraint: '{reason}'")
        self.member = member


class InvalidCredentialsError(MoorageError):
    """The request's password or token is not accepted. The log has the reason; the response does not."""

    def __init__(self) -> None:
        super().__init__("The credentials are not accepted: get a new password by GetAuthorizationToken")


class AccessDeniedError(MoorageError):
    """The caller may not do this. The wording is IAM's. It does not reveal what exists or which policy denied it."""

    def __init__(self, caller: str, action: str, resource: str) -> None:
        super().__init__(f"User: {caller} is not authorized to perform: {action} on resource: {resource}")
        self.action = action
        self.resource = resource


class LimitExceededError(MoorageError):
    """A documented limit of the registry or of the storage below it is reached."""


class EncryptionError(MoorageError):
    """The key service refused; `kms_error` is its own error code."""

    def __init__(self, kms_error: str) -> None:
        super().__init__(f"The operation failed due to a KMS exception: {kms_error}")
        self.kms_error = kms_error


class UnavailableError(MoorageError):
    """Throttled, unreachable, or in conflict with another request. The same request may succeed later."""

    def __init__(self, reason: str = "The registry is busy; try the same request again") -> None:
        super().__init__(reason)


class VerificationInProgressError(UnavailableError):
    """The content is being hashed. The same request, sent later, finds more of it hashed, or all of it.

    `leased_until` (epoch seconds) is set if another worker, which may have died, has the lease. Otherwise the
    verification was handed over to the queue.
    """

    def __init__(self, verified_bytes: int, size_bytes: int, leased_until: float | None = None) -> None:
        super().__init__(
            f"{verified_bytes} of {size_bytes} bytes of the layer are verified; try the same request again"
        )
        self.verified_bytes = verified_bytes
        self.size_bytes = size_bytes
        self.leased_until = leased_until


class InconsistentRecordsError(MoorageError):
    """Stored records contradict each other; the text names them for an operator and is not shown to callers."""


class LaterSchemaError(MoorageError):
    """The table's records have a later version than this code's; the text is for an operator."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The table has records of version {found}, and this Moorage knows versions up to {known}: "
            f"deploy a newer Moorage, or use the table from before its migration"
        )
