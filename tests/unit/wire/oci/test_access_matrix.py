"""Every operation of the OCI API, as every kind of caller, on every kind of repository, against a model of one page.

Callers with a token send it as docker's clients do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from moorage.usecases.ports.policies import NewPolicy
from moorage.wire.http import HttpResponse
from moorage.wire.oci.protocol import OPERATIONS, answer
from moorage.wire.oci.routes import find_route

from tests.support.access_model import (
    CALLERS,
    OBJECTS,
    OCI_ACTIONS,
    OCI_CALLERS,
    UPLOAD_ACTIONS,
    Who,
    expected,
    expected_in_catalog,
    expected_of_mount,
    expected_of_upload,
)
from tests.support.access_stage import (
    PLACES,
    REGISTRY,
    ROLE,
    authorization_of,
    made_world,
    oci_request,
    policy_text,
    scope_of,
    signer_of,
)
from tests.support.fakes.world import REGISTRY_ID, World
from tests.support.layers import digest_of
from tests.support.oci.documents import EMPTY_TYPE, MANIFEST, descriptor_of, image_document

LAYER, OTHER_LAYER = b"a layer", b"another"
IMAGE = image_document(descriptor_of(LAYER, EMPTY_TYPE))
ADMINISTRATOR = CALLERS[0]
IN_REGISTRY = tuple(place for place in OBJECTS if place != "elsewhere")
"""Paths of the OCI API name no registry."""


@dataclass(frozen=True)
class Ask:
    """A request; `{}` in its path is the name below team-a/."""

    method: str
    path: str
    body: bytes = b""


def _image(method: str, body: bytes = b"") -> Ask:
    return Ask(method, "/v2/team-a/{}/manifests/latest", body)


ASKS = {
    "GetBlob": Ask("GET", f"/v2/team-a/{{}}/blobs/{digest_of(LAYER)}"),
    "GetBlobProperties": Ask("HEAD", f"/v2/team-a/{{}}/blobs/{digest_of(LAYER)}"),
    "DeleteBlob": Ask("DELETE", f"/v2/team-a/{{}}/blobs/{digest_of(OTHER_LAYER)}"),
    "GetManifest": _image("GET"),
    "GetManifestProperties": _image("HEAD"),
    "PutManifest": _image("PUT", IMAGE),
    "DeleteManifest": _image("DELETE"),
    "ListTags": Ask("GET", "/v2/team-a/{}/tags/list"),
    "ListReferrers": Ask("GET", f"/v2/team-a/{{}}/referrers/{digest_of(IMAGE)}"),
    "StartBlobUpload": Ask("POST", "/v2/team-a/{}/blobs/uploads/"),
}
WHOLE_BLOB = Ask("POST", f"/v2/team-a/{{}}/blobs/uploads/?digest={digest_of(b'whole')}", b"whole")
UPLOAD_ASKS = {
    "AppendToBlobUpload": ("PATCH", "", b"more"),
    "GetBlobUploadStatus": ("GET", "", b""),
    "CompleteBlobUpload": ("PUT", f"?digest={digest_of(b'begun')}", b""),
    "CancelBlobUpload": ("DELETE", "", b""),
}


@pytest.fixture
def world() -> World:
    """Each repository has a tagged image and a layer that no image names."""
    return filled_world(*PLACES)


def filled_world(*filled: str) -> World:
    """The same, where only some repositories are filled."""
    made = made_world(max_layer_bytes=2000, max_put_bytes=2000)
    for place in filled:
        for layer in (LAYER, OTHER_LAYER):
            assert ask(ADMINISTRATOR, made, replace(WHOLE_BLOB, path=whole(place, layer), body=layer)).status == 201
        assert ask(ADMINISTRATOR, made, ASKS["PutManifest"], place).status == 201
    return made


def whole(place: str, layer: bytes) -> str:
    return f"/v2/team-a/{place}/blobs/uploads/?digest={digest_of(layer)}"


def ask(who: Who, world: World, asked: Ask, place: str = "") -> HttpResponse:
    headers = {"content-type": MANIFEST} if asked.method == "PUT" and asked.body else {}
    request = oci_request(who, world, asked.method, asked.path.format(place), asked.body, **headers)
    return answer(request, REGISTRY, world.ports).response


def outcome(answered: HttpResponse) -> str:
    """In the model's words. What carries out the request answers with its own success, or with 404 for what is not
    in the repository."""
    if answered.status < 400:
        return "through"
    code = json.loads(answered.body)["errors"][0]["code"]
    known = {
        "DENIED": "denied", "UNAUTHORIZED": "denied", "NAME_UNKNOWN": "missing", "BLOB_UPLOAD_UNKNOWN": "unknown",
    }  # fmt: skip
    return known.get(code, f"{answered.status} {code}")


def test_the_matrix_has_every_operation():
    others = {"GetApiVersion", "GetToken", "ListRepositories"}
    assert OCI_ACTIONS.keys() | UPLOAD_ACTIONS.keys() | others == OPERATIONS.keys()
    for operation, asked in ASKS.items():
        path = asked.path.format("plain").partition("?")[0]
        assert find_route(asked.method, path)[0] == operation
        assert OPERATIONS[operation].policy_action == f"ecr:{OCI_ACTIONS[operation]}"
    for operation, (method, _, _) in UPLOAD_ASKS.items():
        assert find_route(method, "/v2/team-a/plain/blobs/uploads/session")[0] == operation


@pytest.mark.parametrize("operation", ASKS)
def test_an_operation_agrees_with_the_model(operation: str):
    changes = ASKS[operation].method in ("PUT", "POST", "DELETE")
    world = filled_world(*PLACES)
    for who in OCI_CALLERS:
        for place in IN_REGISTRY:
            world = filled_world(*{place} & {*PLACES}) if changes else world
            answered = ask(who, world, ASKS[operation], place)
            wanted = expected(who, OCI_ACTIONS[operation], place)
            assert outcome(answered) == wanted, (operation, who.name, place, answered.body)


def test_a_blob_in_one_request_agrees_with_the_model():
    """It needs all three actions of a push; `narrow` denies the first one."""
    for who in OCI_CALLERS:
        for place in IN_REGISTRY:
            answered = ask(who, filled_world(), WHOLE_BLOB, place)
            assert outcome(answered) == expected(who, "InitiateLayerUpload", place), (who.name, place, answered.body)


@pytest.mark.parametrize("action", ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"])
@pytest.mark.parametrize("is_set", ["before", "between POST and PUT"])
def test_a_deny_of_any_step_of_a_push_refuses_a_whole_blob(world: World, action: str, is_set: str):
    """It holds from the next request on, also within a push."""
    role = next(who for who in OCI_CALLERS if who.is_role and not who.token)
    deny = NewPolicy(text=policy_text("Deny", f"ecr:{action}", {"AWS": ROLE}), set_by="", set_at=0)
    repository = world.ports.repositories.get(world.repository_id("team-a/plain"))
    assert repository is not None
    location = "/v2/team-a/plain/blobs/uploads/"
    if is_set == "before":
        world.ports.policies.set_repository_policy(repository, deny)
        assert outcome(ask(role, world, WHOLE_BLOB, "plain")) == "denied"
    started = ask(role, world, ASKS["StartBlobUpload"], "plain")
    world.ports.policies.set_repository_policy(repository, deny)
    assert (started.status == 202) == (is_set != "before" or action != "InitiateLayerUpload")
    location = started.headers.get("Location", location)
    if started.status == 202:
        asked = Ask("PUT", f"{location}?digest={digest_of(b'whole')}", b"whole")
        assert outcome(ask(role, world, asked)) == "denied"
        first_part = outcome(ask(role, world, Ask("PATCH", location, b"whole")))
        assert first_part == ("through" if action == "CompleteLayerUpload" else "denied")
    asked = Ask("HEAD", f"/v2/team-a/plain/blobs/{digest_of(b'whole')}")
    assert ask(ADMINISTRATOR, world, asked).status == 404


@pytest.mark.parametrize("operation", UPLOAD_ASKS)
def test_an_upload_is_continued_by_who_began_it_and_by_nobody_else(operation: str):
    method, query, body = UPLOAD_ASKS[operation]
    for begun_by in (who for who in OCI_CALLERS if not who.token or who.token == "push"):
        for place in ("plain", "public", "narrow"):
            if expected(begun_by, "InitiateLayerUpload", place) != "through":
                continue
            for who in OCI_CALLERS:
                world = filled_world()  # an empty one
                location = ask(begun_by, world, ASKS["StartBlobUpload"], place).headers["Location"]
                location = ask(begun_by, world, Ask("PATCH", location, b"begun")).headers["Location"]
                answered = ask(who, world, Ask(method, location + query, body))
                wanted = expected_of_upload(who, operation, place, begun_by)
                assert outcome(answered) == wanted, (operation, who.name, begun_by.name, place, answered.body)


@pytest.mark.parametrize("operation", UPLOAD_ASKS)
def test_the_session_of_one_repository_is_none_in_another(world: World, operation: str):
    method, query, body = UPLOAD_ASKS[operation]
    location = ask(ADMINISTRATOR, world, ASKS["StartBlobUpload"], "plain").headers["Location"]
    location = ask(ADMINISTRATOR, world, Ask("PATCH", location, b"begun")).headers["Location"]
    elsewhere = location.replace("/plain/", "/public/")
    assert outcome(ask(ADMINISTRATOR, world, Ask(method, elsewhere + query, body))) == "unknown"


def test_a_mount_links_what_its_caller_may_read_and_push_and_nothing_else():
    for who in OCI_CALLERS:
        for target in IN_REGISTRY:
            for source in IN_REGISTRY:
                world = made_world()
                for place in PLACES:
                    if place != target:
                        world.pushed(LAYER, f"team-a/{place}")
                path = f"/v2/team-a/{target}/blobs/uploads/?mount={digest_of(LAYER)}&from=team-a/{source}"
                answered = ask(who, world, Ask("POST", path))
                if target == source:
                    continue
                mounted = {201: "mounted", 202: "not mounted"}.get(answered.status, outcome(answered))
                assert mounted == expected_of_mount(who, target, source), (who.name, target, source, answered.body)


def test_a_mount_tells_nothing_of_a_repository_that_its_caller_may_not_read():
    """Whether it is there, and whether it has the layer."""
    for who in OCI_CALLERS:
        target = "plain" if who.account == "own" else "shared"
        if expected(who, "InitiateLayerUpload", target) != "through":
            continue
        for source in PLACES:
            if source == target or expected(who, "GetDownloadUrlForLayer", source) == "through":
                continue
            answers = []
            for asked, digest in ((source, LAYER), (source, b"nowhere"), ("missing", LAYER)):
                path = f"/v2/team-a/{target}/blobs/uploads/?mount={digest_of(digest)}&from=team-a/{asked}"
                answered = ask(who, filled_world(source), Ask("POST", path))
                answers.append((answered.status, answered.body, answered.headers))
            assert answers[0] == answers[1] == answers[2], (who.name, source)


def test_the_catalog_agrees_with_the_model(world: World):
    for who in OCI_CALLERS:
        answered = ask(who, world, Ask("GET", "/v2/_catalog"))
        wanted = expected_in_catalog(who)
        if wanted is None:
            assert outcome(answered) == "denied", who.name
        else:
            names = [name.removeprefix("team-a/") for name in json.loads(answered.body)["repositories"]]
            assert set(names) == wanted, who.name


def test_the_first_request_of_a_client_is_answered_to_whoever_is_known(world: World):
    for who in OCI_CALLERS:
        wanted = "denied" if not who.account else "through"
        assert outcome(ask(who, world, Ask("GET", "/v2/"))) == wanted, who.name


def exchanged(who: Who, world: World, scope: str) -> dict[str, str]:
    """The header of a token that /v2/token gave for the caller's own."""
    answered = ask(who, world, Ask("GET", f"/v2/token?scope={scope}"))
    assert answered.status == 200
    return {"authorization": "Bearer " + json.loads(answered.body)["token"]}


@pytest.mark.parametrize("operation", ASKS)
def test_an_exchanged_token_gives_what_its_caller_and_its_scope_give_and_nothing_else(operation: str):
    asked = ASKS[operation]
    for who in OCI_CALLERS:
        for actions, token in (("pull", "pull"), ("pull,push", "push"), ("*", "administer")):
            world = filled_world("plain", "public", "shared")
            for place in ("plain", "public", "missing"):
                header = exchanged(who, world, f"repository:team-a/{place}:{actions}")
                for target in {place, "shared"}:
                    headers = {"content-type": MANIFEST, **header}
                    request = oci_request(
                        Who("", account=""), world, asked.method, asked.path.format(target), asked.body, **headers
                    )
                    got = outcome(answer(request, REGISTRY, world.ports).response)
                    bounded = replace(who, token=token, below="")  # of this repository
                    both = {expected(each, OCI_ACTIONS[operation], target) for each in (who, bounded)}
                    wanted = "denied" if target != place or "denied" in both else both.pop()
                    if wanted == "through" and asked.method == "DELETE":
                        wanted, world = got if got.startswith("404") else wanted, filled_world("plain", "public")
                    assert got == wanted, (operation, who.name, place, target, actions)


def spoilt(header: str) -> list[str]:
    head, _, signature = header.rpartition(".")
    kind, key_id, payload = head.split(".")
    turned = signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB")
    return [f"{head}.{turned}", f"{head}.", f"{kind}.other.{payload}.{signature}", f"{kind}.{key_id}.e30.{signature}"]


@pytest.mark.parametrize("operation", ASKS)
def test_a_token_that_is_none_gets_nothing_not_even_what_is_public(world: World, operation: str):
    asked = ASKS[operation]
    bodies = set()
    for who in (who for who in OCI_CALLERS if who.token):
        for header in spoilt(authorization_of(who, world)["authorization"]):
            for place in ("plain", "public", "missing"):
                request = oci_request(
                    ADMINISTRATOR, world, asked.method, asked.path.format(place), asked.body, authorization=header
                )
                answered = answer(request, REGISTRY, world.ports).response
                assert answered.status == 401
                bodies.add(answered.body)
    assert len(bodies) == 1


TWINS = {**ASKS, "whole blob": WHOLE_BLOB}


@pytest.mark.parametrize("operation", TWINS)
def test_not_there_and_not_yours_are_the_same_bytes(world: World, operation: str):
    """To those who are refused in both: what differs is the name that they asked for."""
    action = OCI_ACTIONS.get(operation, "InitiateLayerUpload")
    for who in OCI_CALLERS:
        place = "closed" if who.is_role else "plain"
        if "through" in (expected(who, action, place), expected(who, action, "missing")):
            continue
        answers = []
        for asked in (place, "missing"):
            answered = ask(who, world, TWINS[operation], asked)
            headers = {name: value.replace(asked, "NAME") for name, value in answered.headers.items()}
            answers.append((answered.status, answered.body.replace(asked, "NAME"), headers))
        assert answers[0] == answers[1], (operation, who.name)


@pytest.mark.parametrize("operation", [*ASKS, "ListRepositories"])
def test_a_registry_that_denies_everything_lets_nobody_through(operation: str):
    """The catalog is empty then."""
    world = filled_world("public")
    deny = json.loads(policy_text("Deny", "ecr:*", "*"))
    deny["Statement"][0]["Resource"] = "*"
    policy = NewPolicy(text=json.dumps(deny), set_by="", set_at=0)
    world.ports.policies.put_registry_policy(REGISTRY_ID, policy)
    for who in OCI_CALLERS:
        if operation == "ListRepositories":
            answered = ask(who, world, Ask("GET", "/v2/_catalog"))
            assert outcome(answered) == "denied" or json.loads(answered.body) == {"repositories": []}, who.name
        else:
            assert outcome(ask(who, world, ASKS[operation], "public")) in ("denied", "missing"), who.name


def test_the_callers_of_the_matrix_are_what_their_names_say():
    """So that the matrix cannot become empty by mistake."""
    assert {who.token for who in OCI_CALLERS} == {"", "list", "pull", "push", "administer"}
    assert {who.account for who in OCI_CALLERS} == {"own", "foreign", ""}
    assert all(scope_of(who).access == who.token for who in OCI_CALLERS if who.token)
    assert len({(signer_of(who), who.token, who.below) for who in OCI_CALLERS}) == len(OCI_CALLERS)


def test_a_session_ends_with_its_repository_also_if_the_name_is_created_again():
    world = made_world()
    asked = Ask("PUT", f"?digest={digest_of(b'whole')}", b"whole")
    location = ask(ADMINISTRATOR, world, ASKS["StartBlobUpload"], "plain").headers["Location"]
    world.delete("team-a/plain")
    world.create("team-a/plain")
    assert outcome(ask(ADMINISTRATOR, world, replace(asked, path=location + asked.path))) == "unknown"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "manifests/latest"), ("PATCH", "blobs/uploads/session"), ("POST", "blobs/uploads/")]
)
def test_no_byte_of_a_body_is_read_from_whoever_can_never_send_it(world: World, method: str, path: str):
    def body() -> Iterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    query = {"digest": digest_of(b"whole")} if method == "POST" else {}
    for who in (who for who in OCI_CALLERS if not who.account or who.token in ("list", "pull")):
        sent = oci_request(who, world, method, f"/v2/team-a/public/{path}", **{"content-type": MANIFEST})
        answered = answer(replace(sent, stream=body(), query=query), REGISTRY, world.ports).response
        assert outcome(answered) == "denied", who.name
