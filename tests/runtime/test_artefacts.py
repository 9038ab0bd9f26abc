"""What goes to AWS: small, pure, compiled, and only what was declared."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.lambda_build import CHECKOUT, Build
from tests.support.rie import RUNTIME_PYTHON

MAX_UNZIPPED_BYTES = 60 * 1024 * 1024
FUNCTIONS = (
    "EcrApiFunction",
    "DirectApiFunction",
    "OciApiFunction",
    "CompleteUploadsFunction",
    "RegistryStreamFunction",
)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_with_its_lambda_layers_is_small(build: Build, function: str) -> None:
    folders = [build.function(function), *build.layers]
    assert sum(file.stat().st_size for folder in folders for file in folder.rglob("*")) < MAX_UNZIPPED_BYTES


def test_the_dependency_layer_holds_the_pinned_packages_and_no_other(build: Build) -> None:
    requirements = (CHECKOUT / "layers/dependencies/requirements.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", requirements, re.MULTILINE))
    installed = dict(
        re.fullmatch(r"(.+)-([^-]+)\.dist-info", folder.name).groups() for folder in build.layers[0].glob("*.dist-info")
    )
    assert {_normal(name): version for name, version in installed.items()} == {
        _normal(name): version for name, version in pinned.items()
    }
    assert requirements.count("--hash=sha256:") >= len(pinned)
    assert "://" not in requirements


def test_the_lambda_layers_run_on_either_architecture(build: Build) -> None:
    assert not [file for layer in build.layers for file in layer.rglob("*") if re.search(r"\.so(\.|$)", file.name)]


def test_every_module_is_byte_compiled_and_trusted_without_a_look_at_its_source(build: Build) -> None:
    unchecked_hash = (0b01).to_bytes(4, "little")
    for layer in build.layers:
        for source in layer.rglob("*.py"):
            compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
            assert compiled.read_bytes()[4:8] == unchecked_hash, source


def test_the_moorage_layer_holds_the_package_as_it_is_in_the_checkout(build: Build) -> None:
    source = CHECKOUT / "layers/moorage/moorage"
    assert [folder.name for folder in build.layers[1].iterdir()] == ["moorage"]
    assert _sources(build.layers[1] / "moorage") == _sources(source)


def test_nothing_is_imported_that_was_not_declared() -> None:
    declared = {"aws_lambda_powertools", "boto3", "botocore", "pynamodb"}
    requirements = (CHECKOUT / "layers/dependencies/requirements.in").read_text()
    assert {_normal(name) for name in declared - {"botocore"}} == {  # boto3 and PynamoDB bring botocore
        _normal(name) for name in re.findall(r"^([\w-]+)>", requirements, re.MULTILINE)
    }
    for source in [*(CHECKOUT / "layers/moorage").rglob("*.py"), *(CHECKOUT / "functions").rglob("*.py")]:
        foreign = _imported(source) - declared - {"moorage"} - set(sys.stdlib_module_names)
        if source == CHECKOUT / "layers/moorage/moorage/__init__.py":
            foreign -= {"moorage_client"}  # `moorage.client()` is for installations; no function calls it
        # Stubs are for the type checker only: their imports never run.
        assert not {name for name in foreign if not name.startswith("mypy_boto3")}, source


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_on_its_lambda_layers_alone(build: Build, function: str, environment: dict[str, str]) -> None:
    loaded = _modules_loaded_by(build.function(function), build.layers, environment)
    standard_library = str(Path(loaded["os"]).parent)
    places = (standard_library, *(str(folder) for folder in [build.function(function), *build.layers]))
    assert not {name: file for name, file in loaded.items() if not file.startswith(places)}
    assert not {"aws_xray_sdk", "pydantic", "pytest", "moto"} & {name.partition(".")[0] for name in loaded}


def _modules_loaded_by(code: Path, layers: list[Path], environment: dict[str, str]) -> dict[str, str]:
    script = (
        "import sys, json; import app;"
        "print(json.dumps({n: m.__file__ for n, m in sys.modules.items() if getattr(m, '__file__', None)}))"
    )
    path = ":".join(map(str, [code, *layers]))
    finished = subprocess.run(
        [RUNTIME_PYTHON, "-S", "-B", "-c", script],
        env={**environment, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout.splitlines()[-1])


def _imported(source: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _sources(package: Path) -> dict[str, bytes]:
    return {str(file.relative_to(package)): file.read_bytes() for file in package.rglob("*.py")}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
