"""Content Discovery: tags and referrers."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.documents import INDEX, MANIFEST, descriptor_of, image_document
from tests.support.oci.http import OciHttp

TAGS = ("10", "2", "B", "_x", "a", "b", "b2")
"""In the order in which they are listed: docs/adr/0062."""
SBOM, SIGNATURE = "application/vnd.example.sbom.v1+json", "application/vnd.example.signature"


@pytest.fixture
def tagged(oci: OciHttp) -> OciHttp:
    """A repository with an image under TAGS, pushed in another order."""
    content = image_document(oci.put_blob(b"{}"))
    for tag in sorted(TAGS, reverse=True):
        assert oci.put_manifest(tag, content, MANIFEST).status == 201
    return oci


def tags(answered: Answer) -> list[str]:
    """The tags of a page."""
    assert answered.status == 200
    return list(answered.json["tags"])


def following(answered: Answer) -> str:
    """The next page's address, "" after the last."""
    target, _, relation = answered.headers.get("link", "").partition(">")
    assert not target or relation == '; rel="next"'
    return target.removeprefix("<")


def test_tags_are_listed(tagged: OciHttp):  # Listing Tags
    answered = tagged.ask("GET", "tags/list")
    assert answered.json == {"name": tagged.repository, "tags": list(TAGS)}
    assert "link" not in answered.headers


@pytest.mark.parametrize("number", [1, 3, 7, 100])
def test_tags_are_listed_page_by_page(tagged: OciHttp, number: int):
    path, pages = f"tags/list?n={number}", list[list[str]]()
    while path:
        answered = tagged.ask("GET", path)
        pages.append(tags(answered))
        path = following(answered)
    assert [tag for page in pages for tag in page] == list(TAGS)
    assert {len(page) for page in pages[:-1]} <= {number}


def test_no_tags_are_asked_for(tagged: OciHttp):  # "n=0 … MUST return an empty list … MUST NOT include a Link header"
    answered = tagged.ask("GET", "tags/list?n=0")
    assert (tags(answered), following(answered)) == ([], "")


@pytest.mark.parametrize(("last", "expected"), [("B", TAGS[3:]), ("C", TAGS[3:]), ("b2", ()), ("zzz", ())])
def test_tags_after_one_that_need_not_exist(tagged: OciHttp, last: str, expected: tuple[str, ...]):
    assert tags(tagged.ask("GET", f"tags/list?last={last}")) == list(expected)
    assert tags(tagged.ask("GET", f"tags/list?n=2&last={last}")) == list(expected[:2])


def test_a_repository_without_tags(oci: OciHttp):
    assert oci.ask("GET", "tags/list").json == {"name": oci.repository, "tags": []}


@pytest.mark.parametrize("path", ["tags/list", f"referrers/{digest_of(b'')}"])
def test_a_repository_that_does_not_exist(oci: OciHttp, path: str):
    refused = oci.ask("GET", f"/v2/no/such/repository/{path}")
    assert (refused.status, refused.code) == (404, "NAME_UNKNOWN")


def push_about(oci: OciHttp, subject: bytes, artifact_type: str, mark: str) -> dict[str, Any]:
    """Push an artifact about a subject; how it is listed."""
    content = image_document(
        oci.put_blob(b"{}"), subject=descriptor_of(subject), artifactType=artifact_type, annotations={"mark": mark}
    )
    assert oci.put_manifest(digest_of(content), content, MANIFEST).status == 201
    return descriptor_of(content, artifactType=artifact_type, annotations={"mark": mark})


def by_digest(referrers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(referrers, key=lambda each: str(each["digest"]))


def test_referrers_are_listed_and_filtered(oci: OciHttp):  # Listing Referrers
    subject = b"a manifest that was not pushed"
    path = f"referrers/{digest_of(subject)}"
    empty = oci.ask("GET", path)
    assert (empty.status, empty.headers["content-type"]) == (200, INDEX)
    assert empty.json == {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
    sboms = [push_about(oci, subject, SBOM, str(number)) for number in range(3)]
    signature = push_about(oci, subject, SIGNATURE, "one")
    push_about(oci, b"another subject", SBOM, "other")
    listed = oci.ask("GET", path)
    assert by_digest(listed.json["manifests"]) == by_digest([*sboms, signature])
    assert "oci-filters-applied" not in listed.headers
    for spelling in (quote(SBOM, safe=""), SBOM):
        filtered = oci.ask("GET", f"{path}?artifactType={spelling}")
        assert by_digest(filtered.json["manifests"]) == by_digest(sboms)
        assert filtered.headers["oci-filters-applied"] == "artifactType"


def test_more_referrers_than_a_page_has(oci: OciHttp):
    subject, path, found = b"of many", f"referrers/{digest_of(b'of many')}?artifactType={SIGNATURE}", list[str]()
    pushed = [push_about(oci, subject, SIGNATURE, str(number))["digest"] for number in range(60)]
    while path:
        page = oci.ask("GET", path)
        assert page.headers["oci-filters-applied"] == "artifactType"
        found += [each["digest"] for each in page.json["manifests"]]
        path = following(page)
    assert sorted(found) == sorted(pushed)
