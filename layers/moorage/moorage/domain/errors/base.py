"""The base of all refusals, and those that any request may meet."""


class MoorageError(Exception):
    """The base of all; `str()` of any of them is fit for the caller's eyes."""


class RequestError(MoorageError):
    """The request itself is at fault, whatever is stored."""


class MalformedRequestError(RequestError):
    """The request cannot be read as its protocol demands."""


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
    """The request's password or token is not accepted; the caller is not told why, the log has it as the cause."""

    def __init__(self) -> None:
        super().__init__("The credentials are not accepted: get a new password by GetAuthorizationToken")


class AccessDeniedError(MoorageError):
    """The caller may not do this. The words are IAM's; they say nothing about what exists or which rule refused."""

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
    """Throttled, out of reach or in conflict with another request: the same request may succeed later."""

    def __init__(self, reason: str = "The registry is busy; try the same request again") -> None:
        super().__init__(reason)


class VerificationInProgressError(UnavailableError):
    """The content is being hashed: the same request finds it further on, or done.

    `leased_until` (epoch seconds) is given where another worker is at it, which may have died; without it, the
    work was handed over.
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
