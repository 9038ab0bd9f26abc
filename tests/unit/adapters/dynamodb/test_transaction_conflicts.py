"""The simulation of DynamoDB's transaction conflicts (benchmarks/transaction_conflicts.py) and what it promises."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from moorage.adapters.dynamodb.gates import content_gate, repository_gate
from moorage.adapters.dynamodb.images import commits
from moorage.adapters.dynamodb.layers import layers
from moorage.adapters.dynamodb.uploads import uploads
from moorage.domain.digest import Digest
from moorage.domain.images.image import Image
from moorage.domain.layer import Blob, Layer
from moorage.domain.repositories.repository import Encryption
from moorage.usecases.ports.images import NewTag
from moorage.usecases.ports.records import LayerLookup
from pynamodb.connection import Connection

from benchmarks.transaction_conflicts import GATES, LINKS, LOADS, ONE_ITEM, Load, new_pauses, refused_share, row
from tests.support.records import REGISTRY_ID, repository, upload

SEEDS = range(5)
BUSY_REPOSITORY, _, BASE_LAYER, MANY_LINKS, MANY_UNLINKS = LOADS


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.title)
def test_at_most_one_request_in_a_hundred_is_refused(load: Load, seed: int) -> None:
    assert refused_share(load, LINKS, seed) <= 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_one_item_for_all_commits_of_a_repository_refuses_many(seed: int) -> None:
    assert refused_share(BUSY_REPOSITORY, ONE_ITEM, seed) >= 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_longer_retries_alone_do_not_help_one_shared_item(seed: int) -> None:
    assert refused_share(LOADS[1], replace(ONE_ITEM, pauses=new_pauses), seed) >= 0.3


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", [MANY_LINKS, MANY_UNLINKS], ids=lambda load: load.title)
def test_a_counter_of_references_refuses_many_links_within_a_second(load: Load, seed: int) -> None:
    assert refused_share(load, GATES, seed) >= 0.3


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.title)
def test_the_documented_figures_are_those_of_the_simulation(load: Load) -> None:
    text = (Path(__file__).parents[4] / "docs" / "reliability.md").read_text()
    assert f"| {' | '.join(row(load))} |" in text


Keys = set[tuple[str, str]]
CONNECTION = Connection()


class Touched:
    """A transaction that notes the key of each of its items."""

    def __init__(self) -> None:
        self.keys: Keys = set()

    def condition_check(self, _model: object, pk: str, sk: str, **_: object) -> None:
        self.keys.add((pk, sk))

    def save(self, item: Any, *_: object, **__: object) -> None:
        self.keys.add((item.pk, item.sk))

    update = delete = save


def digest(number: int) -> Digest:
    return Digest.of_hash(sha256(bytes([number])).digest())


def layer(number: int, name: str) -> Layer:
    return Layer(repository=repository(name).id, digest=digest(number), size_bytes=1, upload_id="u", created_at=1.0)


def blob(number: int, object_key: str) -> Blob:
    members: Any = {"registry_id": REGISTRY_ID, "digest": digest(number), "encryption": Encryption()}
    return Blob(**members, object_key=object_key, size_bytes=1, verified_at=1.0)


def begins(number: int, name: str) -> None:
    uploads.DynamoDbUploads(CONNECTION).create(upload(name, received_bytes=number))


def stores(number: int, name: str) -> None:
    of = upload(name)
    found = LayerLookup(repository(name), None, None)
    layers.DynamoDbCatalog(CONNECTION).commit(of, layer(number, name), blob(number, of.object_key), found=found)


def links(number: int, name: str) -> None:
    found = LayerLookup(repository(name), None, blob(number, "there"))
    layers.DynamoDbCatalog(CONNECTION).commit(upload(name), layer(number, name), blob(number, "there"), found=found)


def unlinks(number: int, name: str) -> None:
    layers.DynamoDbCatalog(CONNECTION).unlink(repository(name), [layer(number, name)])


def puts_image(number: int, name: str) -> None:
    of, members = repository(name), {"media_type": "a/b", "artifact_type": None, "manifest_bytes": 1, "size_bytes": 1}
    named: Any = {**members, "layers": (digest(0),), "subject": digest(1), "pushed_at": 1.0, "content": b"{}"}
    image = Image(repository=of.id, digest=digest(number), push_id=f"push {number}", **named)
    commits.commit(CONNECTION, of, image, NewTag(tag=f"v{number}", moved_from=None, max_tags=9))


ONE_REPOSITORY, ONE_CONTENT = [(7, "one"), (8, "one")], [(7, "one"), (7, "other")]


@pytest.mark.parametrize(
    ("write", "requests"),
    [
        (begins, ONE_REPOSITORY),
        (stores, ONE_REPOSITORY),
        (links, ONE_REPOSITORY),
        (links, ONE_CONTENT),
        (unlinks, ONE_CONTENT),
        (puts_image, ONE_REPOSITORY),
    ],
)
def test_requests_that_do_not_compete_share_at_most_a_gates_item(
    write: Callable[[int, str], None], requests: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the simulation takes for granted: nothing that one of them writes is in the other's transaction."""
    written: list[Keys] = []

    def note(_: object, fill: Callable[[Any], None]) -> list[None]:
        transaction = Touched()
        fill(transaction)
        written.append(transaction.keys)
        return []

    for module in (uploads, layers, commits):
        monkeypatch.setattr(module, "write_together", note)
    for request in requests:
        write(*request)
    first, second = written
    shards = repository_gate(repository("one").id, "first"), content_gate(REGISTRY_ID, digest(7), "there")
    assert first & second <= {key for gate in shards for key in gate.shard_keys()}
    assert len(first - second) > 1
