"""How long a Lambda function takes to initialise, under AWS's runtime interface emulator, compared with a minimum.

The minimum is a handler that only imports boto3 and creates the two clients that every registry needs, built by plain
`sam build`. The variants start in turn, so that a noisy machine disturbs all of them equally.

    .venv/bin/python -m benchmarks.cold_start [ROUNDS]
    .venv/bin/python -m benchmarks.cold_start ROUNDS FOLDER

With FOLDER, only the ECR API's function is measured, in turn with that of another build: FOLDER is what
`make build BUILD_DIR=FOLDER` wrote in another checkout, for example of an earlier version.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.support import lambda_build
from tests.support.rie import LambdaRuntime

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "MOORAGE_TABLE": "benchmark",
    "MOORAGE_BUCKET": "benchmark",
    "MOORAGE_REGISTRY_ID": "000000000000",
    "MOORAGE_COMPLETION_QUEUE_URL": "https://queue.invalid/benchmark",
    "MOORAGE_EVENT_BUS": "default",
}
FLOOR_CODE = """import boto3

s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")


def handler(event, context):
    return {}
"""
FLOOR_TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Resources:
  Floor:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: floor, Handler: app.handler, Runtime: python3.13, Architectures: [{architecture}]}}
"""
FUNCTIONS = (
    "EcrApiFunction",
    "DirectApiFunction",
    "OciApiFunction",
    "CompleteUploadsFunction",
    "RegistryStreamFunction",
)


@dataclass(frozen=True)
class Variant:
    """One function to measure."""

    name: str
    code: Path
    layers: list[Path]
    environment: Mapping[str, str]


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as folder:
        variants = _two_builds(Path(sys.argv[2])) if len(sys.argv) > 2 else _variants(Path(folder))
        times: dict[str, list[float]] = {variant.name: [] for variant in variants}
        for number in track(range(rounds + 1), "Starting functions"):
            for variant in variants:
                milliseconds = _init_milliseconds(variant, Path(folder) / "log")
                if number:  # the first round only fills the page cache
                    times[variant.name].append(milliseconds)
    _print(times)


def _two_builds(other: Path) -> list[Variant]:
    builds = {f"other build: {FUNCTIONS[0]}": lambda_build.Build(other), f"ours: {FUNCTIONS[0]}": lambda_build.build()}
    return [Variant(name, build.function(FUNCTIONS[0]), build.layers, ENVIRONMENT) for name, build in builds.items()]


def _variants(folder: Path) -> list[Variant]:
    build = lambda_build.build()
    floor = _floor(folder)
    without_bytecode = [folder / "uncompiled" / layer.parent.name for layer in build.layers]
    for layer, copy in zip(build.layers, without_bytecode, strict=True):
        shutil.copytree(layer, copy, ignore=shutil.ignore_patterns("__pycache__"))
    compiled_floor = folder / "compiled-floor"
    shutil.copytree(floor, compiled_floor)
    _compile(compiled_floor)
    return [
        Variant("minimum: boto3 and two clients, plain sam build", floor, [], ENVIRONMENT),
        Variant("minimum, byte-compiled", compiled_floor, [], ENVIRONMENT),
        *(Variant(f"ours: {name}", build.function(name), build.layers, ENVIRONMENT) for name in _functions(build)),
        Variant("ours without byte code: EcrApiFunction", build.function(FUNCTIONS[0]), without_bytecode, ENVIRONMENT),
    ]


def _functions(build: lambda_build.Build) -> list[str]:
    return [name for name in FUNCTIONS if (build.function(name) / "app.py").exists()]


def _floor(folder: Path) -> Path:
    (folder / "floor").mkdir()
    (folder / "floor" / "app.py").write_text(FLOOR_CODE)
    pinned = lambda_build.CHECKOUT / "layers" / "dependencies" / "requirements.txt"
    boto3 = next(line.split()[0] for line in pinned.read_text().splitlines() if line.startswith("boto3=="))
    (folder / "floor" / "requirements.txt").write_text(f"{boto3}\n")
    (folder / "template.yaml").write_text(FLOOR_TEMPLATE.format(architecture=lambda_build.ARCHITECTURE))
    subprocess.run(
        [lambda_build.CHECKOUT / ".venv-sam" / "bin" / "sam", "build"],
        cwd=folder,
        env={**os.environ, "PATH": f"{_runtime_folder()}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"},
        check=True,
        capture_output=True,
    )
    return folder / ".aws-sam" / "build" / "Floor"


def _runtime_folder() -> str:
    script = "import sys; print(sys.base_prefix + '/bin')"
    found = subprocess.run(
        [lambda_build.CHECKOUT / ".venv-runtime" / "bin" / "python", "-c", script], check=True, capture_output=True
    )
    return found.stdout.decode().strip()


def _compile(folder: Path) -> None:
    python = lambda_build.CHECKOUT / ".venv-runtime" / "bin" / "python"
    subprocess.run([python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", folder], check=True)


def _init_milliseconds(variant: Variant, log: Path) -> float:
    log.unlink(missing_ok=True)
    with LambdaRuntime(variant.code, variant.layers, variant.environment, log=log) as runtime:
        runtime.invoke_raw({})
        return runtime.init_milliseconds()


def _print(times: Mapping[str, list[float]]) -> None:
    floor = statistics.median(next(iter(times.values())))
    table = Table("function", "median ms", "fastest ms", "of the first", title="INIT under RIE")
    for name, measured in times.items():
        median = statistics.median(measured)
        table.add_row(name, f"{median:.0f}", f"{min(measured):.0f}", f"{median / floor:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
