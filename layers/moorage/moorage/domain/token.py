"""Tokens: they say what a caller may do for twelve hours. They are signed, so verifying one needs no database.

    token      "moorage1." key id "." payload "." signature
    payload    base64url of JSON: {"s": caller's ARN, "o": organization, "c": [[access, pattern], …], "i": issued at,
               "e": expires at}
    signature  base64url of HMAC-SHA256 over all that stands before the last dot

1. There is one algorithm. A token does not name it, so an attacker cannot select another one.
2. The key id chooses among the keys that this registry accepts: the first signs, the others still verify.
3. No claim of a token is read before its signature has been verified. Signatures are compared as text, so that only one
   text is accepted for a token, and in constant time.
4. A token is refused from its expiry on. It may have been issued up to MAX_SKEW_SECONDS in the future, since the
   clock of another instance may be ahead.

Clients of the OCI protocol exchange a token for another one (`exchange_token`). It has fewer rights and ends no later.
The subject of a token that was made for an anonymous caller is empty.

A token whose role was removed stays valid until it expires. A rotation that keeps no old key invalidates all tokens.
"""

import base64
import hmac
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from moorage.domain.caller import ANONYMOUS, Access, Caller, Scope, parse_caller

LIFETIME_SECONDS = 12 * 3600
"""As ECR's (GetAuthorizationToken, Amazon ECR API Reference)."""
MAX_SKEW_SECONDS = 300
"""How far the clocks of two instances may differ; AWS's own signatures allow as much."""
TOKEN_USER = "AWS"  # noqa: S105 - a name
"""The user name to use with a token, as in ECR."""
MAX_SCOPES = 8
MAX_LENGTH = 8192
"""Longest token that is looked at, in characters: an ARN has at most 2048, a repository's name 256."""
MIN_KEY_BYTES = 32
"""Of a secret: the length of the hash (RFC 2104, section 3)."""
EXCHANGED_SECONDS = 3600
"""Maximum lifetime of a token that a client got in exchange for another one."""
_ANONYMOUS = Scope(Access.PULL, "*")
"""Maximum scope of an anonymous caller's token. The repositories' policies decide what it allows."""
_PREFIX = "moorage1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class TokenError(Exception):
    """The token is not accepted. The text says why, for the log: callers are given no reason."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A signing key: `key_id` is public, `secret` is not shown. Raises: ValueError if either can't be used."""

    key_id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _KEY_ID.fullmatch(self.key_id) or len(self.secret) < MIN_KEY_BYTES:
            raise ValueError(f"a token key needs an id and a secret of {MIN_KEY_BYTES} bytes or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The claims of a token: caller, scopes, and times (epoch seconds)."""

    arn: str
    organization: str
    scopes: tuple[Scope, ...]
    issued_at: int
    expires_at: int


def issue_token(caller: Caller, scope: Scope, now: float) -> Token:
    """A token for a caller that was found to be allowed this scope.

    Raises: ValueError if the caller is anonymous or came with a token, which must not be renewed by itself.
    """
    if caller.is_anonymous or caller.scopes is not None:
        raise ValueError("only a caller that signed its request can be given a token")
    return Token(
        arn=caller.arn,
        organization=caller.organization,
        scopes=(scope,),
        issued_at=int(now),
        expires_at=int(now) + LIFETIME_SECONDS,
    )


def exchange_token(caller: Caller, scopes: tuple[Scope, ...], now: float) -> Token:
    """A token for a part of what the caller may do: as much of these scopes as the caller's own token has.

    It ends when the caller's own token ends, or earlier.
    """
    if caller.scopes is not None:
        scopes = tuple(part for scope in scopes for own in caller.scopes if (part := scope.within(own)))
    if caller.is_anonymous:
        scopes = tuple(part for scope in scopes if (part := scope.within(_ANONYMOUS)))
    ends_at = min(int(now) + EXCHANGED_SECONDS, caller.expires_at or int(now) + EXCHANGED_SECONDS)
    return Token(
        arn=caller.arn,
        organization=caller.organization,
        scopes=tuple(dict.fromkeys(scopes)),
        issued_at=int(now),
        expires_at=ends_at,
    )


def sign_token(token: Token, key: TokenKey) -> str:
    """The token as text."""
    claims = {
        "s": token.arn,
        "o": token.organization,
        "c": [[scope.access.value, scope.pattern] for scope in token.scopes],
        "i": token.issued_at,
        "e": token.expires_at,
    }
    signed = f"{_PREFIX}.{key.key_id}.{_encode(json.dumps(claims, separators=(',', ':')).encode())}"
    return f"{signed}.{_signature(signed, key)}"


def verify_token(text: str, keys: tuple[TokenKey, ...], now: float) -> Caller:
    """The caller that the token was issued to, with the token's scope. Raises: TokenError."""
    token = _claims(_verified_payload(text, keys))
    if now >= token.expires_at:
        raise TokenError("it has expired")
    if token.issued_at > now + MAX_SKEW_SECONDS:
        raise TokenError("it was issued in the future")
    if token.expires_at - token.issued_at > LIFETIME_SECONDS:
        raise TokenError("it lives too long")
    caller = parse_caller(token.arn, organization=token.organization) if token.arn else ANONYMOUS
    if caller is None:
        raise TokenError("its subject is not a caller")
    return replace(caller, scopes=token.scopes, expires_at=token.expires_at)


def _verified_payload(text: str, keys: tuple[TokenKey, ...]) -> str:
    parts = text.split(".") if len(text) <= MAX_LENGTH and text.isascii() else []
    if len(parts) != 4 or parts[0] != _PREFIX:
        raise TokenError("it does not have the form of a token")
    key = next((key for key in keys if key.key_id == parts[1]), None)
    if key is None:
        raise TokenError("its key is not accepted here")
    signed, _, signature = text.rpartition(".")
    if not hmac.compare_digest(_signature(signed, key), signature):
        raise TokenError("its signature is wrong")
    return parts[2]


def _claims(payload: str) -> Token:
    """Read claims whose signature is right: they are ours, of this version or another one."""
    try:
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return Token(
            arn=str(claims["s"]),
            organization=str(claims["o"]),
            scopes=tuple(Scope(Access(access), str(pattern)) for access, pattern in claims["c"]),
            issued_at=int(claims["i"]),
            expires_at=int(claims["e"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise TokenError("its claims are of another version") from error


def _signature(signed: str, key: TokenKey) -> str:
    return _encode(hmac.digest(key.secret, signed.encode(), "sha256"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
