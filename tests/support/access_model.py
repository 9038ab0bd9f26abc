"""Who may do what, on one page: written from the documentation, with nothing of the evaluator's code."""

from dataclasses import dataclass

PULL = {
    "BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer", "ListImageReferrers",
    "ListImages",
}  # fmt: skip
PUSH = PULL | {"CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"}
TOKENS = {"pull": PULL, "push": PUSH}
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


def _token_covers(who: Who, operation: str) -> bool:
    if who.token in ("", "administer"):
        return True
    return "team-a/".startswith(who.below) and operation in TOKENS[who.token]
