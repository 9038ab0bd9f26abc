"""Tokens under random input: never accepted, and never a failure of another kind."""

from hypothesis import given
from hypothesis import strategies as st
from moorage.domain.caller import Access, Scope, parse_caller
from moorage.domain.token import TokenError, TokenKey, issue_token, sign_token, verify_token

NOW = 1_800_000_000
KEY = TokenKey("k1", b"s" * 32)
CI = parse_caller("arn:aws:sts::111122223333:assumed-role/ci/job-7")
assert CI is not None
TEXT = sign_token(issue_token(CI, Scope(Access.PULL, "team-a/*"), NOW), KEY)


def is_refused(text: str) -> bool:
    try:
        verify_token(text, (KEY,), NOW)
    except TokenError:
        return True
    return False


@given(st.text() | st.text(alphabet="mooragek1.-_=", max_size=80))
def test_no_random_text_is_a_token(text: str):
    assert is_refused(text)


@given(st.integers(0, len(TEXT)), st.integers(0, 8), st.text(max_size=8))
def test_no_splice_of_a_token_is_one(start: int, length: int, inserted: str):
    spliced = TEXT[:start] + inserted + TEXT[start + length :]
    assert is_refused(spliced) is (spliced != TEXT)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=40), st.sampled_from(Access))
def test_every_scope_survives_the_round(pattern: str, access: Access):
    scope = Scope(access, pattern)
    assert verify_token(sign_token(issue_token(CI, scope, NOW), KEY), (KEY,), NOW).scopes == (scope,)
