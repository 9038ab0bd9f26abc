"""`sam local invoke` of the built functions, on the embedded engines: each function in a container, with an event.

It uses Docker if Docker runs. Otherwise it uses podman and runc, as root, and an image that it builds from the
machine's own interpreter: nothing is pulled. Usage: invoke.py [EVENT …], names of files in events/.
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from moorage_local.stack import stack
from moorage_local.stack.stack import Stack

from tests.support.ecr.events import PROMISES, REPOSITORY
from tests.support.ecr.registry import Registry
from tests.support.lambda_build import ARCHITECTURE, CHECKOUT, Build, build
from tests.support.rie import function_for

RUNTIME_IMAGE = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURE}"
PODMAN_NEEDS = ("podman", "runc", "conmon", "netavark", "busybox", "iptables")
EVENTS = ("complete_layer_upload", "complete_uploads_batch", "registry_stream", "describe_repositories")
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION")
CONTAINERS_CONF = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
"""


def main() -> None:
    """Prepare the registry, invoke, print the answers."""
    names = sys.argv[1:] or list(EVENTS)
    with tempfile.TemporaryDirectory(prefix="moorage-sam-local-") as folder, contextlib.ExitStack() as opened:
        made = opened.enter_context(stack.running_stack(Path(folder) / "state", environ={"PATH": os.environ["PATH"]}))
        os.environ.update(made.variables)
        with _silent_functions():
            registry = Registry()
            registry.ecr.create_repository(repositoryName=REPOSITORY)
        if _docker_runs():
            environment, engines_host = dict(os.environ), "host.docker.internal"
            options = ["--add-host", "host.docker.internal:host-gateway"]
        else:
            environment, engines_host = opened.enter_context(_podman(Path(folder))), "10.88.0.1"
            options = ["--skip-pull-image"]
        template = _with_variables(build(), _seen_from_a_container(made, engines_host), Path(folder))
        results = [_invoke(template, name, registry, environment, options) for name in names]
    if not all(results):
        sys.exit(1)


def _invoke(template: Path, name: str, registry: Registry, environment: Mapping[str, str], options: list[str]) -> bool:
    event_file = CHECKOUT / "events" / f"{name}.json"
    event = json.loads(event_file.read_text())
    if name in PROMISES and (prepare := PROMISES[name].prepare):
        with _silent_functions():
            prepare(registry, json.loads(event["body"]).get("uploadId", ""))
    began = time.monotonic()
    finished = subprocess.run(
        [
            *(CHECKOUT / ".venv-sam" / "bin" / "sam", "local", "invoke", function_for(event), "--event", event_file),
            *("--template", template, "--parameter-overrides", f"Architecture={ARCHITECTURE}", *options),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    answer = _answer(finished.stdout)
    print(f"{name} → {function_for(event)}: {json.dumps(answer)[:400]}  ({time.monotonic() - began:.1f} s)")
    succeeded = finished.returncode == 0 and isinstance(answer, dict) and "errorMessage" not in answer
    if not succeeded:
        print(finished.stderr[-4000:], file=sys.stderr)
    return succeeded


def _silent_functions() -> contextlib.AbstractContextManager[Any]:
    """Hide the log of the functions in this process that prepare the registry."""
    return contextlib.redirect_stdout(io.StringIO())


def _answer(output: str) -> Any:
    with contextlib.suppress(ValueError, IndexError):
        return json.loads(output.strip().splitlines()[-1])
    return output


def _seen_from_a_container(made: Stack, engines_host: str) -> dict[str, str]:
    return {name: value.replace("127.0.0.1", engines_host) for name, value in made.variables.items() if value}


def _with_variables(built: Build, variables: Mapping[str, str], folder: Path) -> Path:
    """A copy of the built template with these variables: SAM passes on only those that a template declares."""
    template = built.template
    template["Globals"]["Function"]["Environment"]["Variables"] |= variables
    for resource in template["Resources"].values():
        for member in ("CodeUri", "ContentUri"):
            if member in resource.get("Properties", {}):
                resource["Properties"][member] = str(built.folder / resource["Properties"][member])
        own = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        own |= {name: variables[name] for name in own if name in variables}
    (folder / "template.yaml").write_text(yaml.safe_dump(template, sort_keys=False))
    return folder / "template.yaml"


def _docker_runs() -> bool:
    docker = shutil.which("docker")
    return bool(docker) and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def _podman(folder: Path) -> Iterator[dict[str, str]]:
    """A podman service with the runtime's image, and a route from its containers to our loopback."""
    missing = [need for need in PODMAN_NEEDS if not (shutil.which(need) or Path("/usr/lib/podman", need).exists())]
    if missing or os.geteuid() != 0:
        sys.exit(f"Neither Docker nor podman for root. apt-get install {' '.join(PODMAN_NEEDS)}")
    (folder / "containers.conf").write_text(CONTAINERS_CONF)
    storage = f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n'
    (folder / "storage.conf").write_text(storage)
    socket = f"unix://{folder}/podman.sock"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "CONTAINERS_CONF": f"{folder}/containers.conf",
        "CONTAINERS_STORAGE_CONF": f"{folder}/storage.conf",
        "DOCKER_HOST": socket,
        "SAM_CLI_TELEMETRY": "0",
        **{name: value for name, value in os.environ.items() if name in CREDENTIALS},
    }

    def run(*command: str) -> None:
        subprocess.run(command, env=environment, check=True, capture_output=True)

    (client,) = (CHECKOUT / ".venv-runtime" / "lib").glob("python3*/site-packages")
    image = str(CHECKOUT / "tools" / "sam-local" / "runtime_image.sh")
    run(image, str(CHECKOUT / ".venv-runtime" / "bin" / "python"), str(client), RUNTIME_IMAGE)
    # The bridge exists only while a container uses it: this container runs until the end.
    run("podman", "run", "--detach", "--name", "bridge-holder", RUNTIME_IMAGE, "/bin/busybox", "sleep", "3600")
    Path("/proc/sys/net/ipv4/conf/podman0/route_localnet").write_text("1")
    way = ["PREROUTING", "-i", "podman0", "-d", "10.88.0.1", "-p", "tcp", "--dport", "15000:32000"]
    way += ["-j", "DNAT", "--to-destination", "127.0.0.1"]
    run("iptables", "-t", "nat", "-I", *way)
    service = subprocess.Popen(["podman", "system", "service", "--time=0", socket], env=environment)
    try:
        while not (folder / "podman.sock").exists():
            time.sleep(0.05)
        yield environment
    finally:
        run("iptables", "-t", "nat", "-D", *way)
        run("podman", "rm", "--force", "--time", "0", "bridge-holder")
        service.terminate()
        service.wait(10)
        subprocess.run(["umount", "--recursive", f"{folder}/graph/overlay"], check=False, capture_output=True)


if __name__ == "__main__":
    main()
