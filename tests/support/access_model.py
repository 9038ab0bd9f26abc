"""Who may do what, on one page: written from the documentation, with nothing of the evaluator's code."""

from dataclasses import dataclass

PULL = {
    "BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer", "ListImageReferrers",
    "ListImages",
}  # fmt: skip
PUSH = PULL | {"CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"}
TOKENS = {"list": {"ListImages"}, "pull": PULL, "push": PUSH}
DENIED_IN_NARROW = {"InitiateLayerUpload", "DeleteRepository", "GetDownloadUrlForLayer"}

OBJECTS = ("plain", "public", "shared", "closed", "narrow", "missing", "elsewhere")
"""public: everyone may do everything; shared: the foreign account may; closed: the role may do nothing; narrow: the
role may not do DENIED_IN_NARROW; elsewhere: of another registry."""


@dataclass(frozen=True)
class Who:
    """A kind of caller; `token` is "", or the access of a token for the repositories below `below`."""

    name: str
    account: str = "own"
    is_role: bool = False
    is_root: bool = False
    token: str = ""
    below: str = "team-a/"


CALLERS = (
    Who("administrator"),
    Who("root", is_root=True),
    Who("role", is_role=True),
    Who("foreign", account="foreign"),
    Who("anonymous", account=""),
    Who("pull token", token="pull"),
    Who("push token", token="push"),
    Who("push token of the role", is_role=True, token="push"),
    Who("push token for team-b", token="push", below="team-b/"),
    Who("administrator's token", token="administer", below=""),
    Who("foreign pull token", account="foreign", token="pull"),
)


OCI_CALLERS = (*CALLERS, Who("list token", token="list"), Who("pull token of the role", is_role=True, token="pull"))
OCI_ACTIONS = {
    "GetBlob": "GetDownloadUrlForLayer", "GetBlobProperties": "BatchCheckLayerAvailability",
    "GetManifest": "BatchGetImage", "GetManifestProperties": "BatchGetImage", "PutManifest": "PutImage",
    "DeleteManifest": "BatchDeleteImage", "DeleteBlob": "BatchDeleteImage", "ListTags": "ListImages",
    "ListReferrers": "ListImageReferrers", "StartBlobUpload": "InitiateLayerUpload",
}  # fmt: skip
"""What each operation of the OCI API is to policies and tokens."""
UPLOAD_ACTIONS = {
    "AppendToBlobUpload": "UploadLayerPart", "GetBlobUploadStatus": "UploadLayerPart",
    "CompleteBlobUpload": "CompleteLayerUpload", "CancelBlobUpload": "UploadLayerPart",
}  # fmt: skip
"""The same for requests that name an upload."""
READ_THE_UPLOAD_ONLY = {"GetBlobUploadStatus", "CancelBlobUpload"}


def expected(who: Who, operation: str, place: str) -> str:
    """What an operation on `team-a/{place}` answers: "denied", "missing", or "through" to what it does."""
    if place == "elsewhere" or not _token_covers(who, operation):
        return "denied"
    if who.account == "" and operation not in PULL:
        return "denied"
    if who.is_role and place == "closed":
        return "missing"
    if who.is_role and place == "narrow" and operation in DENIED_IN_NARROW:
        return "denied"
    if who.account != "own" and place != "public" and not (who.account == "foreign" and place == "shared"):
        return "denied"
    return "missing" if place == "missing" else "through"


def expected_of_registry(who: Who, operation: str) -> str:
    """The same for an operation that names no repository."""
    if operation == "GetAuthorizationToken":
        return "denied" if who.token or not who.account else "through"
    return "through" if who.account == "own" and who.token in ("", "administer") else "denied"


def expected_of_upload(who: Who, operation: str, place: str, begun_by: Who) -> str:
    """What a request for an upload that `begun_by` began answers: "unknown" if it is not the caller's own."""
    action = UPLOAD_ACTIONS[operation]
    if not who.account or not _token_covers(who, action):
        return "denied"
    if _subject(who) == _subject(begun_by):
        return "through"
    refusal = expected(who, action, place)
    return "unknown" if refusal == "through" or operation in READ_THE_UPLOAD_ONLY else refusal


def expected_of_mount(who: Who, target: str, source: str) -> str:
    """What a mount answers: a refusal says as much as that of a push; "not mounted" tells nothing of the source."""
    push, pull = expected(who, "InitiateLayerUpload", target), expected(who, "GetDownloadUrlForLayer", source)
    if push != "through":
        return push
    return "mounted" if pull == "through" else "not mounted"


def expected_in_catalog(who: Who) -> set[str] | None:
    """The repositories in a caller's catalog; None if it is refused."""
    if not who.account:
        return None
    places = ("plain", "public", "shared", "closed", "narrow")
    return {place for place in places if expected(who, "ListImages", place) == "through"}


def _token_covers(who: Who, operation: str) -> bool:
    if who.token in ("", "administer"):
        return True
    return "team-a/".startswith(who.below) and operation in TOKENS[who.token]


def _subject(who: Who) -> tuple[str, bool, bool]:
    return who.account, who.is_role, who.is_root
