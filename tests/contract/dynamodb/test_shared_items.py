"""The items that a commit touches are those of the simulation's design (benchmarks/transaction_conflicts.py)."""

from typing import Any

import pytest
from moorage.adapters.dynamodb.item import connection
from moorage.domain.repositories.repository import RepositoryId
from moorage_local.stack.stack import Stack

from benchmarks.transaction_conflicts import Request, links
from tests.support.faults.registry import LocalRegistry
from tests.support.layers import digest_of

CONTENT = b"a base layer"
KINDS = {
    "LAYER": "layer",
    "UPLOAD": "upload",
    "LINK": "link",
    "CLOSED": "repository gate",
    "COLLECTING": "content gate",
}


def kind_of(pk: str, sk: str) -> str:
    """What an item is, by its key."""
    if pk.startswith(("UPLOAD#", "OBJECT#")):
        return pk.partition("#")[0].lower()
    return "content" if pk.startswith("BLOB#") and sk == "#META" else KINDS[sk.partition("#")[0]]


@pytest.mark.parametrize("is_new_content", [True, False], ids=["new content", "a link"])
def test_a_commit_touches_the_items_of_the_simulated_design(stack: Stack, is_new_content: bool) -> None:
    registry = LocalRegistry()
    names = ["shared/one"] if is_new_content else ["shared/one", "shared/two"]
    for name in names:
        registry.must("CreateRepository", repositoryName=name)
    for name in names[:-1]:
        registry.push(name, CONTENT)
    upload_id, digest = registry.upload(names[-1], CONTENT)
    touched: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        for action in params["TransactItems"]:
            ((_, item),) = action.items()
            key = item.get("Key") or item["Item"]
            touched.append(kind_of(key["pk"]["S"], key["sk"]["S"]))

    client: Any = connection().client
    client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", note)
    registry.complete(names[-1], upload_id, digest)
    client.meta.events.unregister("provide-client-params.dynamodb.TransactWriteItems", note)
    request = Request(RepositoryId(registry.settings.registry_id, names[-1]), digest_of(CONTENT), is_new_content)
    described = [kind if kind in {"layer", "upload", "link", "content"} else "gate" for kind, _ in links(request)]
    # The record that leads from an object to its content is the upload's own, as its key is.
    assert sorted(kind.rpartition(" ")[2] for kind in touched if kind != "object") == sorted(described)
