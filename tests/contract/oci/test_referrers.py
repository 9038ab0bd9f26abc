"""Listing referrers as the OCI Distribution Specification (1.1) says; each test names its section."""

from typing import Any
from urllib.parse import quote

import pytest
from moorage.wire.oci import referrers

from tests.support.driver.answers import Answer
from tests.support.layers import digest_of
from tests.support.oci.images import INDEX, MANIFEST, index_of, manifest_of, put
from tests.support.oci.registry import OciRegistry

SUBJECT = b"a manifest that need not be there"
SIGNATURE, SBOM = "application/vnd.example.signature+json", "application/vnd.example.sbom"


def push_referrer(oci: OciRegistry, repository: str, mark: str, **members: Any) -> str:
    """Push an artifact that is about SUBJECT; its digest."""
    subject = {"mediaType": MANIFEST, "digest": digest_of(SUBJECT), "size": len(SUBJECT)}
    content = manifest_of(oci, repository, mark, subject=subject, **members)
    created = put(oci, repository, digest_of(content), content)
    assert (created.status, created.headers["oci-subject"]) == (201, digest_of(SUBJECT))
    return digest_of(content)


def listed(oci: OciRegistry, path: str) -> tuple[list[dict[str, Any]], list[Answer]]:
    """The descriptors of all pages, and the pages."""
    pages, found = list[Answer](), list[dict[str, Any]]()
    while path:
        answered = oci.ask("GET", path)
        index = answered.json
        assert (answered.status, answered.headers["content-type"]) == (200, INDEX)
        assert (index["schemaVersion"], index["mediaType"]) == (2, INDEX)
        pages, found = [*pages, answered], [*found, *index["manifests"]]
        path = answered.headers.get("link", "").partition(">")[0].removeprefix("<")
    return found, pages


def path_of(repository: str, artifact_type: str = "") -> str:
    query = f"?artifactType={quote(artifact_type, safe='')}" if artifact_type else ""
    return f"/v2/{repository}/referrers/{digest_of(SUBJECT)}{query}"


def test_referrers_are_described(oci: OciRegistry, repository: str):  # Listing Referrers
    digest = push_referrer(oci, repository, "one", artifactType=SIGNATURE)
    ((found,), _) = listed(oci, path_of(repository))
    size = int(oci.ask("HEAD", f"/v2/{repository}/manifests/{digest}").headers["content-length"])
    assert found == {
        "mediaType": MANIFEST,
        "digest": digest,
        "size": size,
        "artifactType": SIGNATURE,
        "annotations": {"mark": "one"},
    }


def test_without_a_type_of_its_own_an_image_has_its_configs(oci: OciRegistry, repository: str):
    push_referrer(oci, repository, "one")
    ((found,), _) = listed(oci, path_of(repository))
    assert found["artifactType"] == "application/octet-stream"


def test_an_index_refers_too(oci: OciRegistry, repository: str):
    subject = {"mediaType": MANIFEST, "digest": digest_of(SUBJECT), "size": len(SUBJECT)}
    content = index_of(subject=subject, artifactType=SBOM)
    assert put(oci, repository, digest_of(content), content, INDEX).headers["oci-subject"] == digest_of(SUBJECT)
    ((found,), _) = listed(oci, path_of(repository))
    assert (found["mediaType"], found["artifactType"]) == (INDEX, SBOM)


def test_a_subject_without_referrers_has_an_empty_index(oci: OciRegistry, repository: str):
    found, pages = listed(oci, path_of(repository))
    assert (found, len(pages)) == ([], 1)


@pytest.mark.parametrize("spelling", [quote(SIGNATURE, safe=""), SIGNATURE])
def test_a_type_filters_and_the_answer_says_so(oci: OciRegistry, repository: str, spelling: str):
    wanted = push_referrer(oci, repository, "one", artifactType=SIGNATURE)
    push_referrer(oci, repository, "two", artifactType=SBOM)
    found, pages = listed(oci, f"{path_of(repository)}?artifactType={spelling}")
    assert [each["digest"] for each in found] == [wanted]
    assert pages[0].headers["oci-filters-applied"] == "artifactType"
    assert "oci-filters-applied" not in listed(oci, path_of(repository))[1][0].headers
    assert listed(oci, path_of(repository, "application/nothing"))[0] == []


def test_a_deleted_referrer_is_not_listed(oci: OciRegistry, repository: str):
    digest = push_referrer(oci, repository, "one")
    assert oci.ask("DELETE", f"/v2/{repository}/manifests/{digest}").status == 202
    assert listed(oci, path_of(repository))[0] == []


@pytest.mark.parametrize(("artifact_type", "expected"), [("", 7), (SBOM, 3)])
def test_many_referrers_come_page_by_page(
    oci: OciRegistry, repository: str, monkeypatch: pytest.MonkeyPatch, artifact_type: str, expected: int
):
    monkeypatch.setattr(referrers, "PAGE", 2)
    monkeypatch.setattr(referrers, "MAX_READS", 2)
    for number in range(7):
        push_referrer(oci, repository, str(number), artifactType=SBOM if number % 2 else SIGNATURE)
    found, pages = listed(oci, path_of(repository, artifact_type))
    assert len({each["digest"] for each in found}) == len(found) == expected
    assert len(pages) > 1
    assert {page.headers.get("oci-filters-applied") for page in pages} == {"artifactType" if artifact_type else None}


def test_a_page_has_no_more_than_an_index_may_have(oci: OciRegistry, repository: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(referrers, "MAX_INDEX_BYTES", 100)
    digests = {push_referrer(oci, repository, str(number)) for number in range(3)}
    found, pages = listed(oci, path_of(repository))
    assert ({each["digest"] for each in found}, len(found), len(pages)) == (digests, 3, 3)


@pytest.mark.parametrize("digest", ["sha256:1", "v1"])
def test_an_invalid_digest_has_no_referrers(oci: OciRegistry, repository: str, digest: str):
    refused = oci.ask("GET", f"/v2/{repository}/referrers/{digest}")
    assert (refused.status, refused.code) == (400, "DIGEST_INVALID")


def test_an_unknown_repository_is_404(oci: OciRegistry):
    refused = oci.ask("GET", path_of("nowhere/at/all"))
    assert (refused.status, refused.code) == (404, "NAME_UNKNOWN")


def test_what_a_listing_costs(oci: OciRegistry, repository: str):
    push_referrer(oci, repository, "one")
    with oci.requests() as requests:
        listed(oci, path_of(repository))
    assert len(requests) <= 3
