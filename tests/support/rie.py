"""A function under the real Lambda runtime client and AWS's runtime interface emulator (RIE), without a container.

RIE takes one request at a time, enforces the timeout and the size of the answer (not of the request), and answers a
failed invocation with 200 and `errorMessage`.
"""

import json
import platform
import re
import socket
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from moorage_local.engines import loopback
from moorage_local.engines.process import Process

from tests.support.lambda_build import CHECKOUT, Build

RUNTIME_PYTHON = CHECKOUT / ".venv-runtime" / "bin" / "python"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_INIT_REPORT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")


class LambdaFailureError(Exception):
    """The invocation ended without a result of the handler's: what Lambda says of it."""


class LambdaRuntime:
    """One execution environment of one function. Its initialisation begins at the first invocation, as on demand."""

    def __init__(
        self,
        code: Path,
        layers: list[Path],
        environment: Mapping[str, str],
        *,
        log: Path,
        timeout_seconds: int = 29,
        memory_mb: int = 1024,
    ) -> None:
        runtime_api, invocations = loopback.free_ports(2)
        self._url = f"http://127.0.0.1:{invocations}/2015-03-31/functions/function/invocations"
        self._timeout_seconds = timeout_seconds
        self.log = log
        self._process = Process(
            "aws-lambda-rie",
            [
                emulator(),
                "--runtime-interface-emulator-address",
                f"127.0.0.1:{invocations}",
                "--runtime-api-address",
                f"127.0.0.1:{runtime_api}",
                "--log-level",
                "info",
                RUNTIME_PYTHON,
                "-m",
                "awslambdaric",
                "app.handler",
            ],
            environment={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "PYTHONPATH": ":".join(str(path) for path in (code, *layers)),
                "PYTHONDONTWRITEBYTECODE": "1",
                "LAMBDA_TASK_ROOT": str(code),
                "AWS_LAMBDA_FUNCTION_NAME": "function",
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout_seconds),
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
                **environment,
            },
            log=log,
        )
        self._process.wait_until(lambda: _is_listening(invocations))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """The handler's result; LambdaFailureError if there is none."""
        answer = json.loads(self.invoke_raw(event))
        if isinstance(answer, dict) and "errorMessage" in answer:
            raise LambdaFailureError(f"{answer['errorMessage']}\n{self.output()[-3000:]}")
        return answer

    def invoke_raw(self, event: Mapping[str, Any]) -> bytes:
        """The bytes of the answer, whatever they are."""
        request = urllib.request.Request(self._url, json.dumps(event).encode(), {"Content-Type": "application/json"})
        with _OPENER.open(request, timeout=self._timeout_seconds + 60) as response:
            answer: bytes = response.read()
            return answer

    def output(self) -> str:
        """What RIE, the runtime client and the function have logged."""
        return self.log.read_text(errors="replace")

    def init_milliseconds(self) -> float:
        """How long the initialisation took, as RIE reports it."""
        found = _INIT_REPORT.search(self.output())
        if found is None:
            raise LambdaFailureError(f"no INIT REPORT in {self.output()[-3000:]}")
        return float(found.group(1))

    def resident_bytes(self) -> int:
        """The memory that the function's process holds."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        children = [child for task in tasks.iterdir() for child in (task / "children").read_text().split()]
        (function,) = children
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{function}/status").read_text())
        assert found is not None
        return int(found[1]) * 1024

    def stop(self) -> None:
        """End the emulator and with it the function."""
        self._process.stop()


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection((loopback.HOST, port), 1).close()
    except OSError:
        return False
    return True


def emulator() -> Path:
    """RIE comes with SAM's command line."""
    architecture = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    found = sorted(
        (CHECKOUT / ".venv-sam").glob(f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{architecture}")
    )
    if not found or not RUNTIME_PYTHON.exists():
        raise RuntimeError("the Lambda runtime is not installed: make setup")
    return found[0]


def of_function(
    build: Build, logical_id: str, environment: Mapping[str, str], log: Path, **limits: int
) -> LambdaRuntime:
    """A built function with its two Lambda layers."""
    return LambdaRuntime(build.function(logical_id), build.layers, environment, log=log, **limits)


def function_for(event: Mapping[str, Any]) -> str:
    """The logical name of the function that an event is for."""
    if "Records" in event:
        source = event["Records"][0]["eventSource"]
        return {"aws:sqs": "CompleteUploadsFunction", "aws:dynamodb": "RegistryStreamFunction"}[source]
    if event.get("detail-type") == "Scheduled Event":
        return "ApplyLifecycleFunction"
    path = event.get("rawPath", "/")
    if path.startswith("/v2/"):
        return "OciApiFunction"
    return "DirectApiFunction" if path.startswith("/direct-uploads") else "EcrApiFunction"
