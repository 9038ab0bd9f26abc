"""Tokens: what is accepted, and every way to make one that is not."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from moorage.domain.caller import ANONYMOUS, Access, Scope, parse_caller
from moorage.domain.token import (
    EXCHANGED_SECONDS,
    LIFETIME_SECONDS,
    MAX_LENGTH,
    MAX_SCOPES,
    MAX_SKEW_SECONDS,
    TokenError,
    TokenKey,
    exchange_token,
    issue_token,
    sign_token,
    verify_token,
)

NOW = 1_800_000_000.5
KEY, OLD, FOREIGN = (TokenKey(name, name.encode() * 32) for name in ("new", "old", "foreign"))
SCOPE = Scope(Access.PUSH, "team-a/*")
CI = parse_caller("arn:aws:sts::111122223333:assumed-role/ci/job-7", organization="o-1")
assert CI is not None
TOKEN = issue_token(CI, SCOPE, NOW)
TEXT = sign_token(TOKEN, KEY)


def refused(text: str, now: float = NOW, keys: tuple[TokenKey, ...] = (KEY, OLD)) -> str:
    with pytest.raises(TokenError) as caught:
        verify_token(text, keys, now)
    return str(caught.value)


def test_a_token_gives_back_the_caller_with_its_scope():
    assert verify_token(TEXT, (KEY,), NOW) == replace(CI, scopes=(SCOPE,), expires_at=TOKEN.expires_at)
    assert TOKEN.expires_at == int(NOW) + LIFETIME_SECONDS


def test_during_a_rotation_tokens_of_both_keys_are_accepted_and_afterwards_those_of_the_new_one():
    before = sign_token(TOKEN, OLD)
    assert verify_token(before, (KEY, OLD), NOW).arn == CI.arn
    assert refused(before, keys=(KEY,)) == "its key is not accepted here"


def test_a_key_of_another_registry_is_refused_even_under_our_key_id():
    assert refused(sign_token(TOKEN, FOREIGN)) == "its key is not accepted here"
    assert refused(sign_token(TOKEN, TokenKey(KEY.key_id, FOREIGN.secret))) == "its signature is wrong"
    assert refused(sign_token(TOKEN, TokenKey(OLD.key_id, KEY.secret))) == "its signature is wrong"


@pytest.mark.parametrize(
    ("offset", "accepted"),
    [
        (LIFETIME_SECONDS - 1, True),
        (LIFETIME_SECONDS, False),
        (LIFETIME_SECONDS + 1e6, False),
        (-MAX_SKEW_SECONDS, True),
        (-MAX_SKEW_SECONDS - 1, False),
        (-1e9, False),
    ],
)
def test_a_token_is_accepted_from_shortly_before_it_was_issued_until_it_expires(offset: float, *, accepted: bool):
    now = int(NOW) + offset
    if accepted:
        assert verify_token(TEXT, (KEY,), now).arn == CI.arn
    else:
        assert refused(TEXT, now) in ("it has expired", "it was issued in the future")


def test_a_token_that_lives_longer_than_any_we_issue_is_refused():
    assert refused(sign_token(replace(TOKEN, expires_at=TOKEN.expires_at + 1), KEY)) == "it lives too long"


@pytest.mark.parametrize("length", range(len(TEXT)))
def test_a_truncated_token_is_refused(length: int):
    refused(TEXT[:length])


@pytest.mark.parametrize("position", range(len(TEXT)))
def test_a_token_with_one_character_changed_is_refused(position: int):
    for character in "Aa.=":
        if TEXT[position] != character:
            refused(TEXT[:position] + character + TEXT[position + 1 :])


@pytest.mark.parametrize(
    "text",
    ["", ".", "...", "AWS", f"{TEXT}.", f".{TEXT}", f"{TEXT}=", f" {TEXT}", f"{TEXT}\n", "\ud800" * 3, TEXT * 99],
)
def test_an_invalid_token_is_refused(text: str):
    refused(text)


def test_other_algorithms_are_refused_whatever_they_are_called():
    payload = TEXT.split(".")[2]
    signed = TEXT.rpartition(".")[0]
    for name in ("sha1", "sha384", "sha512", "md5"):
        signature = base64.urlsafe_b64encode(hmac.digest(KEY.secret, signed.encode(), name)).rstrip(b"=").decode()
        refused(f"{signed}.{signature}")
    refused(f"{signed}.{base64.urlsafe_b64encode(hashlib.sha256(signed.encode()).digest()).decode()}")
    for header in ({"alg": "none"}, {"alg": "HS256", "kid": KEY.key_id}):
        encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        refused(f"{encoded}.{payload}.")
        jwt = hmac.digest(KEY.secret, f"{encoded}.{payload}".encode(), "sha256")
        refused(f"{encoded}.{payload}.{base64.urlsafe_b64encode(jwt).rstrip(b'=').decode()}")


def signed_by_us(payload: bytes, prefix: str = "moorage1") -> str:
    signed = f"{prefix}.{KEY.key_id}.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}"
    mac = hmac.digest(KEY.secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"nonsense", b"[]", b"null", b"{}", b"\xff", b"7",
        json.dumps({"s": CI.arn, "o": "", "c": [["everything", "*"]], "i": 0, "e": 1}).encode(),
        json.dumps({"s": CI.arn, "o": "", "c": [["pull", "*"]], "i": "x", "e": 1}).encode(),
        json.dumps({"s": CI.arn, "o": "", "c": ["pull"], "i": 0, "e": 1}).encode(),
        json.dumps({"s": CI.arn, "o": "", "a": "pull", "p": "*", "i": 0, "e": 1}).encode(),
        json.dumps({"s": CI.arn, "o": "", "c": [["pull", "*"]], "i": 1e400, "e": 1}).encode(),
    ],
)  # fmt: skip
def test_claims_of_another_version_are_refused_though_the_signature_is_right(payload: bytes):
    assert refused(signed_by_us(payload)) == "its claims are of another version"


def test_a_subject_that_is_not_a_caller_is_refused():
    assert refused(sign_token(replace(TOKEN, arn="anonymous"), KEY)) == "its subject is not a caller"


def test_only_a_caller_that_signed_its_request_is_given_a_token():
    for caller in (ANONYMOUS, verify_token(TEXT, (KEY,), NOW)):
        with pytest.raises(ValueError, match="signed its request"):
            issue_token(caller, SCOPE, NOW)


PULL_WEB, PUSH_WEB = Scope(Access.PULL, "team-a/web"), Scope(Access.PUSH, "team-a/web")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((PUSH_WEB,), (PUSH_WEB,)),
        ((Scope(Access.ADMINISTER, "team-a/web"),), (PUSH_WEB,)),
        ((PULL_WEB, Scope(Access.PULL, "team-b/web")), (PULL_WEB,)),
        ((Scope(Access.LIST, "*"),), (Scope(Access.LIST, "team-a/*"),)),
        ((PULL_WEB, PULL_WEB), (PULL_WEB,)),
        ((), ()),
    ],
)
def test_a_token_is_exchanged_for_as_much_of_what_is_asked_as_it_has(
    asked: tuple[Scope, ...], given: tuple[Scope, ...]
):
    exchanged = sign_token(exchange_token(verify_token(TEXT, (KEY,), NOW), asked, NOW), KEY)
    caller = verify_token(exchanged, (KEY,), NOW)
    assert (caller.arn, caller.scopes) == (CI.arn, given)


def test_an_exchanged_token_ends_within_the_hour_and_not_after_the_token_that_was_given_for_it():
    bearer = verify_token(TEXT, (KEY,), NOW)
    assert exchange_token(bearer, (PULL_WEB,), NOW).expires_at == int(NOW) + EXCHANGED_SECONDS
    late = TOKEN.expires_at - 5
    assert exchange_token(bearer, (PULL_WEB,), late).expires_at == TOKEN.expires_at
    assert exchange_token(CI, (PULL_WEB,), late).expires_at == late + EXCHANGED_SECONDS


def test_an_anonymous_caller_is_given_a_token_for_pulling_at_most():
    text = sign_token(exchange_token(ANONYMOUS, (Scope(Access.ADMINISTER, "public"),), NOW), KEY)
    caller = verify_token(text, (KEY,), NOW)
    assert caller.is_anonymous
    assert caller.scopes == (Scope(Access.PULL, "public"),)


def test_the_longest_subject_and_scopes_fit_into_a_token():
    scopes = tuple(Scope(Access.PULL, "r" * 255 + str(number)) for number in range(MAX_SCOPES))
    longest = replace(TOKEN, arn="arn:aws:iam::111122223333:user/" + "u" * 2017, scopes=scopes)
    assert len(sign_token(longest, TokenKey("k" * 64, b"s" * 32))) <= MAX_LENGTH


def test_a_short_secret_or_an_unreadable_key_id_is_no_key_and_a_secret_is_never_shown():
    for key_id, secret in (("k", b"s" * 31), ("", b"s" * 32), ("a.b", b"s" * 32), ("k\n", b"s" * 32)):
        with pytest.raises(ValueError, match="token key"):
            TokenKey(key_id, secret)
    assert "new" in repr(KEY)
    assert KEY.secret.decode() not in repr(KEY)


def test_a_token_of_another_form_is_refused_though_the_signature_is_right():
    payload = base64.urlsafe_b64decode(TEXT.split(".")[2] + "==")
    assert refused(signed_by_us(payload, "moorage2")) == "it does not have the form of a token"


def test_a_token_that_is_longer_than_any_we_issue_is_not_looked_at():
    token = issue_token(CI, Scope(Access.PULL, "a" * MAX_LENGTH), NOW)
    assert refused(sign_token(token, KEY)) == "it does not have the form of a token"
