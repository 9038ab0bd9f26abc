"""Sessions of the OCI protocol: nobody but this registry can make one, and it is of use in one repository only."""

import base64
import hmac
import uuid
from dataclasses import replace

import pytest
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.token import TokenKey
from moorage.domain.uploads.upload_ref import UploadRef
from moorage.domain.uploads.upload_session import UploadSession, read_session, sign_session

NOW = 1_000_000.5
REPOSITORY = RepositoryId("123456789012", "harbour/anchor")
KEY, OTHER_KEY = TokenKey("one", b"1" * 32), TokenKey("two", b"2" * 32)
SESSION = UploadSession(
    upload=UploadRef(REPOSITORY, str(uuid.UUID(int=7))),
    expires_at=1_000_100,
    received_bytes=12,
    incarnation=str(uuid.UUID(int=9)),
)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_session_is_read_as_it_was_signed(algorithm: str):
    session = replace(SESSION, algorithm=algorithm)
    assert read_session(sign_session(session, KEY), REPOSITORY, [KEY], NOW) == session


def test_a_session_of_a_key_that_no_longer_signs_is_read():
    assert read_session(sign_session(SESSION, KEY), REPOSITORY, [OTHER_KEY, KEY], NOW) == SESSION


def test_a_session_of_an_unknown_key_is_refused():
    assert read_session(sign_session(SESSION, KEY), REPOSITORY, [OTHER_KEY], NOW) is None
    assert read_session(sign_session(SESSION, KEY), REPOSITORY, [], NOW) is None


@pytest.mark.parametrize("other", [RepositoryId("123456789012", "harbour/anchors"), RepositoryId("000000000000", "a")])
def test_a_session_of_another_repository_is_refused(other: RepositoryId):
    assert read_session(sign_session(SESSION, KEY), other, [KEY], NOW) is None


def test_a_session_is_refused_from_its_expiry_on():
    text = sign_session(SESSION, KEY)
    assert read_session(text, REPOSITORY, [KEY], SESSION.expires_at - 0.1) is not None
    assert read_session(text, REPOSITORY, [KEY], SESSION.expires_at) is None


def test_a_session_with_one_changed_character_is_refused():
    text = sign_session(SESSION, KEY)
    for place, old in enumerate(text):
        changed = text[:place] + ("A" if old != "A" else "B") + text[place + 1 :]
        assert read_session(changed, REPOSITORY, [KEY], NOW) is None, place


@pytest.mark.parametrize("text", ["", "nonsense", "é" * 88, "=" * 88, "+" * 88, "A" * 88, "A" * 87, "A" * 89])
def test_text_that_is_not_a_session_is_refused(text: str):
    assert read_session(text, REPOSITORY, [KEY], NOW) is None


def test_sessions_of_other_lengths_differ():
    assert sign_session(SESSION, KEY) != sign_session(replace(SESSION, received_bytes=13), KEY)


def test_a_session_brings_no_repository_so_that_its_policies_are_read_again():
    known = Repository(id=REPOSITORY, incarnation=SESSION.incarnation, created_at=0)
    session = read_session(sign_session(replace(SESSION, known_repository=known), KEY), REPOSITORY, [KEY], NOW)
    assert session == SESSION
    assert session.known_repository is None


def test_what_the_key_signed_for_another_purpose_is_no_session():
    """The same key signs tokens: without its purpose in it, a signature of theirs could stand for one of a session."""
    raw = base64.urlsafe_b64decode(sign_session(SESSION, KEY))
    message = b"\0".join((b"", str(REPOSITORY).encode(), raw[:-16]))
    forged = raw[:-16] + hmac.digest(KEY.secret, message, "sha256")[:16]
    assert read_session(base64.urlsafe_b64encode(raw).decode(), REPOSITORY, [KEY], NOW) == SESSION
    assert read_session(base64.urlsafe_b64encode(forged).decode(), REPOSITORY, [KEY], NOW) is None
