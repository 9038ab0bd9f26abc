"""What a push costs: its AWS calls, counted on the embedded engines, multiplied by public prices.

Prices are us-east-1's public ones without free tiers (September 2026; check yours), in the table PRICES below.
The functions' durations are assumptions, because nothing here runs in AWS; they are in the table SECONDS below.

    .venv/bin/python -m benchmarks.costs        prints the tables of docs/operate/costs.md
"""

import math
import os
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from botocore.client import BaseClient
from moorage_local.stack import stack
from rich.console import Console

from tests.support.faults.registry import LocalRegistry
from tests.support.layers import digest_of
from tests.support.template.plays import Stage

MIB = 1024 * 1024
LAYER_BYTES = 60 * MIB
PART_BYTES = 3 * MIB
ITEM_KB = 1
"""Every record of a push has less than 1 KB, an upload's head included; `_require_small_items` looks at them."""
PRICES = {
    "S3 PUT, POST or LIST request": 0.005 / 1000,
    "S3 GET or HEAD request": 0.0004 / 1000,
    "DynamoDB write unit": 0.625 / 1e6,
    "DynamoDB read unit": 0.125 / 1e6,
    "SQS request": 0.40 / 1e6,
    "EventBridge event": 1.00 / 1e6,
    "HTTP API request of up to 512 KB": 1.00 / 1e6,
    "Lambda request": 0.20 / 1e6,
    "Lambda GB-second, arm64": 0.0000133334,
    "CloudWatch Logs GB": 0.50,
}
MONTHLY = {
    "alarms: 21 of 0.10": 21 * 0.10,
    "the secret of the token keys": 0.40,
    "SQS: Lambda polls with 5 connections, 20 s each": 5 * 30 * 86_400 / 20 * 0.40 / 1e6,
    "custom metrics: 22 of 0.30, in a registry that is used at every hour": 22 * 0.30,
    "dashboard, beyond an account's free three": 3.00,
}
"""Dollars a month for an idle stack, without free tiers; metrics are charged for the hours in which they are sent."""
OPTIONS = {
    "SnapStart=on, for each GB of memory and each published version": 0.0000015046 * 30 * 86_400,
    "Tracing=on, for a million recorded traces": 5.00,
    "DetailedMetrics=on, for each metric of a route": 0.30,
}
S3_GB_MONTH, ECR_GB_MONTH = 0.023, 0.10
SECONDS = {"question": 0.08, "part of 3 MiB": 0.25, "hashing, per 100 MiB": 1.0, "stream": 0.1}
LOG_GB = 1.5e-6
"""Log lines of one invocation: Lambda's own three, ours, and the metrics'."""
_S3_FREE = {"AbortMultipartUpload", "DeleteObject", "DeleteObjects"}
_S3_READS = {"GetObject", "HeadObject"}


@dataclass
class Bill:
    """Units of each price."""

    units: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        """Add one AWS call."""
        if service == "s3" and operation not in _S3_FREE:
            kind = "S3 GET or HEAD request" if operation in _S3_READS else "S3 PUT, POST or LIST request"
            self.units[kind] += 1
        elif service == "dynamodb":
            for price, count in _dynamodb_units(operation, parameters):
                self.units[price] += count
        elif service == "sqs":
            self.units["SQS request"] += 1
        elif service == "events":
            self.units["EventBridge event"] += len(parameters["Entries"])

    def invocation(self, seconds: float, memory_gb: float, body_bytes: int | None = None) -> None:
        """Add one run of a function; `body_bytes` if it was called through the API."""
        self.units["Lambda request"] += 1
        self.units["Lambda GB-second, arm64"] += seconds * memory_gb
        self.units["CloudWatch Logs GB"] += LOG_GB
        if body_bytes is not None:
            self.units["HTTP API request of up to 512 KB"] += max(1, math.ceil(body_bytes / (512 * 1024)))

    def total(self) -> float:
        """Dollars."""
        return sum(PRICES[name] * count for name, count in self.units.items())


def main() -> None:
    """Push, count, print."""
    with (
        tempfile.TemporaryDirectory(prefix="moorage-costs-") as folder,
        stack.running_stack(Path(folder), environ={"PATH": os.environ["PATH"]}) as made,
    ):
        os.environ.update(made.variables)
        bills = bills_of_a_push()
    console = Console()
    console.print(f"per 1,000 layers of {LAYER_BYTES // MIB} MiB, in dollars\n", highlight=False)
    names = [name for name in PRICES if any(bill.units[name] for bill in bills.values())]
    console.print(f"| | {' | '.join(bills)} |\n|---|{'---:|' * len(bills)}", highlight=False)
    for name in names:
        cells = [f"{bill.units[name]:.4g} → {1000 * bill.units[name] * PRICES[name]:.3f}" for bill in bills.values()]
        console.print(f"| {name} | {' | '.join(cells)} |", highlight=False, soft_wrap=True)
    totals = [f"**{1000 * bill.total():.2f}**" for bill in bills.values()]
    console.print(f"| together | {' | '.join(totals)} |", highlight=False)
    _print_months(console, bills["through UploadLayerPart"])


def bills_of_a_push() -> dict[str, Bill]:
    """What a layer of LAYER_BYTES costs on the stack of the environment, by the way that it takes."""
    bills = {"through UploadLayerPart": _relayed(), "straight to S3": _direct()}
    _require_small_items()
    return bills


def break_even_gb(pushes: float, fixed: float) -> float:
    """The stored GB at which a month costs as much as Amazon ECR; both arguments are dollars a month."""
    return (pushes + fixed) / (ECR_GB_MONTH - S3_GB_MONTH)


def _print_months(console: Console, bill: Bill) -> None:
    for name, dollars in {**MONTHLY, **OPTIONS}.items():
        console.print(f"| {name} | {dollars:.2f} |", highlight=False, soft_wrap=True)
    pushes = 1000 * bill.total()
    least, most = sum(list(MONTHLY.values())[:3]), sum(MONTHLY.values())
    for fixed in (least, most):
        month = 100 * S3_GB_MONTH + pushes + fixed
        even = break_even_gb(pushes, fixed)
        console.print(
            f"100 GB and 1,000 pushes, {fixed:.2f} fixed: {month:.2f}; as ECR at {even:.0f} GB", highlight=False
        )


def _require_small_items() -> None:
    """No record of a push has more than ITEM_KB (DynamoDB Developer Guide, "Item sizes": names and values)."""
    items = boto3.client("dynamodb").scan(TableName=os.environ["MOORAGE_TABLE"], ConsistentRead=True)["Items"]
    largest = max(sum(len(name) + len(str(*value.values())) for name, value in item.items()) for item in items)
    if largest > ITEM_KB * 1024:
        raise RuntimeError(f"a record has {largest} bytes")


def _relayed() -> Bill:
    """Initiate, send parts, complete, and process the stream."""
    bill, registry = Bill(), LocalRegistry(PART_BYTES)
    registry.must("CreateRepository", repositoryName="costs/relayed")
    layer = os.urandom(LAYER_BYTES)
    with _counted(bill):
        registry.push("costs/relayed", *(layer[at : at + PART_BYTES] for at in range(0, LAYER_BYTES, PART_BYTES)))
    parts = LAYER_BYTES // PART_BYTES
    for _ in range(2):
        bill.invocation(SECONDS["question"], 1.0, body_bytes=500)
    for _ in range(parts):
        bill.invocation(SECONDS["part of 3 MiB"], 1.0, body_bytes=PART_BYTES * 4 // 3 + 500)
    _followed(bill, registry)
    return bill


def _direct() -> Bill:
    """Initiate, send parts straight to S3, complete with verification, and process the stream."""
    bill, local = Bill(), LocalRegistry()
    local.must("CreateRepository", repositoryName="costs/direct")
    stage, layer = Stage(local, "costs/direct"), os.urandom(LAYER_BYTES)
    with _counted(bill):
        upload = stage.direct(
            "POST", "/direct-uploads", repositoryName=stage.name, layerDigest=digest_of(layer), layerSize=LAYER_BYTES
        )
        for part in upload["parts"]:
            body = layer[part["firstByte"] : part["lastByte"] + 1]
            urllib.request.urlopen(urllib.request.Request(part["url"], body, method="PUT")).close()
            bill.call("s3", "UploadPart", {})
        completion = stage.direct("POST", f"/direct-uploads/{upload['uploadId']}/completion")
    if completion["status"] != "completed":
        raise RuntimeError(f"the layer was not completed at once: {completion}")
    bill.invocation(SECONDS["question"], 1.0, body_bytes=500)
    bill.invocation(SECONDS["question"] + LAYER_BYTES / (100 * MIB) * SECONDS["hashing, per 100 MiB"], 1.0, 500)
    # S3's own event arrives too late to do anything, but it costs: bus, queue, function. The send is counted above.
    bill.units["EventBridge event"] += 1
    bill.units["SQS request"] += 2
    bill.invocation(SECONDS["question"], 1.73)
    _followed(bill, local)
    return bill


def _followed(bill: Bill, registry: LocalRegistry) -> None:
    with _counted(bill):
        registry.reap()
    bill.units["EventBridge event"] += len(registry.announced.events)
    for _ in range(3):  # the layer, the blob and the settled upload; each may come in a batch of its own
        bill.invocation(SECONDS["stream"], 0.5)


@contextmanager
def _counted(bill: Bill) -> Iterator[None]:
    call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # private to botocore

    def counted(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        bill.call(client.meta.service_model.service_name, operation, parameters)
        return call(client, operation, parameters)

    with mock.patch.object(BaseClient, "_make_api_call", counted):
        yield


def _dynamodb_units(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Writes per KB, doubled in a transaction; strongly consistent reads per 4 KB (DynamoDB Developer Guide)."""
    match operation:
        case "TransactWriteItems":
            yield "DynamoDB write unit", 2 * ITEM_KB * len(parameters["TransactItems"])
        case "PutItem" | "UpdateItem" | "DeleteItem":
            yield "DynamoDB write unit", ITEM_KB
        case "BatchGetItem":
            yield "DynamoDB read unit", sum(len(table["Keys"]) for table in parameters["RequestItems"].values())
        case "Query" | "GetItem":
            yield "DynamoDB read unit", 2


if __name__ == "__main__":
    main()
