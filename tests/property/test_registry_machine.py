"""A registry in memory and one on DynamoDB are told the same, step by step, and must answer and keep the same.

Content is in memory on both sides: it is the records, their conditions and transactions that are compared.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from moorage.bootstrap.api import compose, read_settings
from moorage.domain.errors import MoorageError
from moorage.domain.repositories.repository import RepositoryId
from moorage.usecases.repositories.describe_repositories import DescribeRepositories, describe_repositories
from moorage_local.stack.stack import Stack

from tests.support.fakes.world import World
from tests.support.layers import digest_of

ALL_NAMES = ("aa", "bb", "cc")
NAMES = st.sampled_from(ALL_NAMES)
BLOBS = st.sampled_from([b"0123456789", b"abcdefghij", b"short", b""])
NO_UPLOAD = "00000000-0000-4000-8000-000000000000"


class Both(RuleBasedStateMachine):
    """A world on each kind of records; ids and clocks run alike, so that answers can be compared whole."""

    runs = 0
    records: ClassVar[dict[str, Any]]
    """The ports on DynamoDB."""

    def __init__(self) -> None:
        super().__init__()
        Both.runs += 1
        # Each run has a registry of its own in the one table: no key of one is a key of another.
        self.registry_id = f"{Both.runs:012}"
        self.memory, self.engine = World(registry_id=self.registry_id), World(registry_id=self.registry_id)
        for world in (self.memory, self.engine):
            world.ports = replace(world.ports, new_id=ids_from(Both.runs << 20).__next__)
        self.engine.ports = replace(self.engine.ports, **Both.records)

    def told(self, act: Callable[[World], Any]) -> Any:
        """Tell both; what they answer, or how they refuse, has to be the same."""
        answers = []
        for world in (self.memory, self.engine):
            try:
                answers.append(act(world))
            except MoorageError as refusal:
                answers.append((type(refusal), str(refusal)))
        assert answers[0] == answers[1]
        return answers[0]

    uploads = Bundle("uploads")

    @rule(name=NAMES)
    def create(self, name: str) -> None:
        self.told(lambda world: world.create(name))

    @rule(name=NAMES, force=st.booleans())
    def delete(self, name: str, force: bool) -> None:
        self.told(lambda world: world.delete(name, force=force))

    @rule(target=uploads, name=NAMES)
    def initiate(self, name: str) -> tuple[str, str]:
        answered = self.told(lambda world: world.initiate(name))
        return name, answered if isinstance(answered, str) else NO_UPLOAD

    @rule(target=uploads, name=NAMES, blob=BLOBS)
    def upload(self, name: str, blob: bytes) -> tuple[str, str]:
        """What callers do most: all bytes in one part."""
        made = self.initiate(name)
        self.send(made, 0, blob)
        return made

    @rule(upload=uploads, first_byte=st.sampled_from([0, 10, 20]), blob=BLOBS)
    def send(self, upload: tuple[str, str], first_byte: int, blob: bytes) -> None:
        name, upload_id = upload
        self.told(lambda world: world.send(upload_id, blob, first_byte, repository_name=name))

    @rule(upload=uploads, elsewhere=st.none() | NAMES, rightly=st.booleans())
    def complete(self, upload: tuple[str, str], elsewhere: str | None, rightly: bool) -> None:
        own, upload_id = upload
        digest = digest_of(self.received(upload_id) if rightly else b"something else")
        self.told(lambda world: world.complete(upload_id, digest, name=elsewhere or own))

    @rule()
    def list_all(self) -> None:
        query = DescribeRepositories(registry_id=self.registry_id)
        self.told(lambda world: describe_repositories(query, world.ports))

    def received(self, upload_id: str) -> bytes:
        """All bytes that the upload has taken."""
        head = self.memory.records.uploads.get(upload_id)
        if head is None:
            return b""
        if head.object_key in self.memory.content.objects:
            return self.memory.content.objects[head.object_key].body
        stored = self.memory.content.multiparts[head.multipart_id].parts
        return b"".join(stored[part.part_number] for part in self.memory.parts(upload_id))

    @invariant()
    def every_layer_points_to_content_that_hashes_to_its_digest(self) -> None:
        records, links = self.memory.records, Counter[Any]()
        for layer in records.layers.values():
            repository = records.repositories[layer.repository]
            key = (layer.repository.registry_id, layer.digest, repository.encryption.sharing_id)
            assert digest_of(self.memory.content.objects[records.blobs[key].object_key].body) == str(layer.digest)
            links[key] += 1
        assert Counter(link.content for link in records.links.values()) == links

    @invariant()
    def both_keep_the_same(self) -> None:
        for upload_id in self.memory.records.uploads:
            assert self.engine.ports.uploads.read(upload_id) == self.memory.ports.uploads.read(upload_id)
        for name in ALL_NAMES:
            assert layers_of(self.engine, name) == layers_of(self.memory, name)


def layers_of(world: World, name: str) -> list[Any]:
    """The repository's layers, in order of their digests."""
    pages = world.ports.catalog.layers_of(RepositoryId(world.registry_id, name))
    return sorted((layer for page in pages for layer in page), key=lambda layer: layer.digest)


def ids_from(start: int) -> Iterator[str]:
    """Ids that no other run has."""
    return (f"00000000-0000-4000-8000-{number:012x}" for number in count(start))


def test_memory_and_dynamodb_answer_and_keep_the_same(stack: Stack):
    ports = compose(read_settings())
    Both.records = {name: getattr(ports, name) for name in ("repositories", "uploads", "catalog")}
    steps = settings(max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Both, settings=steps)
