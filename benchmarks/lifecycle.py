"""What a lifecycle policy costs in a repository of 100,000 images: time, memory and calls to AWS.

    evaluation   the function's own code from DynamoDB's JSON to the stored decisions, in a process of its own. Prepared
                 answers take DynamoDB's place: pages of 1,000 items or 1 MB. The CPU time to make them is subtracted.
    expiry       whole runs on the embedded DynamoDB, few images: the calls are AWS's, the times are not.

Each image has one tag, a manifest of 1,500 bytes and five layers. The policy keeps 1,000.

    .venv/bin/python -m benchmarks.lifecycle
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from moorage.adapters.dynamodb.item import connection
from moorage.bootstrap.api import read_settings
from moorage.bootstrap.lifecycle import compose_lifecycle
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind, StoredPolicy
from moorage.usecases.lifecycle._evaluate_repository import Evaluator, evaluate_repository
from moorage.usecases.lifecycle.apply_lifecycle import apply_lifecycle
from moorage_local.stack import environment, stack
from rich.console import Console
from rich.table import Table

from benchmarks.many_images import PreparedTable
from tests.support.fakes.lifecycle import keep
from tests.support.faults.injection import Injector
from tests.support.faults.registry import LocalRegistry
from tests.support.images import manifest

IMAGES = 100_000
KEPT = 1_000
LAYERS = 5
EXPIRED_ON_THE_ENGINE = 100
NAME = "benchmark"
PREPARED = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # nobody is asked there
    "AWS_REGION": "us-east-1",
    "MOORAGE_TABLE": "prepared",
    "MOORAGE_BUCKET": "prepared",
    "MOORAGE_REGISTRY_ID": "000000000000",
}
MIB = 1024 * 1024


def main() -> None:
    """Print both tables; `evaluation` as an argument measures in this process and prints JSON."""
    if sys.argv[1:] == ["evaluation"]:
        print(json.dumps(_evaluate()))
        return
    measured = json.loads(subprocess.check_output([sys.executable, "-m", "benchmarks.lifecycle", "evaluation"]))
    table = Table("", "", title=f"Evaluation of {IMAGES:,} images")
    table.add_row("read and decide", f"{measured['seconds']:.1f} s")
    table.add_row(
        "memory at most", f"{measured['bytes'] / MIB:.0f} MiB, {measured['before'] / MIB:.0f} before it began"
    )
    table.add_row("images that expire", f"{measured['expiring']:,}")
    for operation, number in sorted(measured["calls"].items()):
        table.add_row(operation, f"{number:,}")
    Console().print(table)
    Console().print(_expiry())


def _evaluate() -> dict[str, Any]:
    environment.isolate(os.environ, {**environment.aws_environment({}), **PREPARED})
    ports = compose_lifecycle(read_settings())
    table = PreparedTable(connection().client, IMAGES, LAYERS)
    before = _max_resident_bytes()
    evaluation = Evaluation(
        evaluation_id="benchmark", policy=StoredPolicy(text=keep(KEPT), version="1"), started_at=time.time()
    )
    evaluator = Evaluator(ports.lifecycle, ports.images, ports.now, ports.now() + 900)
    started = time.process_time()
    complete = evaluate_repository(table.repository, EvaluationKind.RUN, evaluation, evaluator)
    seconds = time.process_time() - started - table.own_seconds
    if complete is None:
        raise SystemExit("the evaluation took longer than a Lambda function may run")
    return {
        "seconds": seconds,
        "before": before,
        "bytes": _max_resident_bytes(),
        "expiring": complete.expiring,
        "calls": table.calls,
    }


def _expiry() -> Table:
    environment.isolate(os.environ, environment.aws_environment({}))
    table = Table("call", "for each expired image", title="Expiry, beyond what a run with nothing to expire needs")
    with tempfile.TemporaryDirectory() as state, stack.running_stack(Path(state)) as running:
        os.environ.update(running.variables)
        registry = LocalRegistry()
        registry.must("CreateRepository", repositoryName=NAME)
        _push_images(registry, EXPIRED_ON_THE_ENGINE + 1)
        ports = compose_lifecycle(read_settings())
        injector = Injector([connection().client])
        registry.must("PutLifecyclePolicy", repositoryName=NAME, lifecyclePolicyText=keep(1))
        with injector.watching():
            started = time.perf_counter()
            report = apply_lifecycle(time.time() + 900, ports)
            seconds = time.perf_counter() - started
        if report.tally.expired != EXPIRED_ON_THE_ENGINE:
            raise SystemExit(f"expired {report.tally}")
        for operation, number in sorted(Counter(injector.calls).items()):
            table.add_row(operation, f"{number / EXPIRED_ON_THE_ENGINE:.2f}")
    table.caption = f"{1000 * seconds / EXPIRED_ON_THE_ENGINE:.0f} ms for each, eight at a time"
    return table


def _push_images(registry: LocalRegistry, number: int) -> None:
    layers = [os.urandom(16) for _ in range(LAYERS)]
    for layer in layers:
        registry.push(NAME, layer)
    for place in range(number):
        text = manifest(layers[0], *layers[1:], annotations={"build": str(place)})
        registry.must("PutImage", repositoryName=NAME, imageManifest=text, imageTag=f"build-{place}")


def _max_resident_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
