"""Documentation, docstrings and comments name files and decisions that exist."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
PATHS = {Path(name) for name in TRACKED} | {folder for name in TRACKED for folder in Path(name).parents}
ENDINGS = {"/".join(path.parts[start:]) for path in PATHS for start in range(len(path.parts))}
"""Every way to write a tracked file or folder: with all of its folders, or with the last ones only."""

FILE = re.compile(r"(?<![\w./*{<$~-])(?:[\w-]+/)*[\w-]+\.(?:py|md|toml|yaml|sh)\b(?![\w/(])")
FOLDER = re.compile(
    r"`((?:docs|tests|local|layers|functions|events|tools|benchmarks|domain|usecases|adapters|wire|support)/[\w./-]*)`"
)
COMMENT = re.compile(r"(?:^|\s)# .*")
DECISION = re.compile(r"(?:docs/adr/|\bADR |\bdecision )(\d{1,4})\b")
NOT_OURS = {"spec.md": "of the OCI Distribution Specification"}


def _prose(name: str) -> str:
    """The text of a page; of a module, its docstrings and comments."""
    text = (ROOT / name).read_text()
    return text if name.endswith(".md") else "\n".join(_docstrings_and_comments(text))


def _docstrings_and_comments(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    yield from COMMENT.findall(source)


def _missing(name: str) -> list[str]:
    prose = _prose(name)
    found = {*FILE.findall(prose), *(folder.rstrip("/") for folder in FOLDER.findall(prose))} - NOT_OURS.keys()
    decisions = {number for number in DECISION.findall(prose) if not _is_decision(number)}
    return sorted(found - ENDINGS) + sorted(f"decision {number}" for number in decisions)


def _is_decision(number: str) -> bool:
    return any(path.name.startswith(f"{int(number):04}-") for path in PATHS if path.parent == Path("docs/adr"))


PAGES = [name for name in TRACKED if name.endswith((".md", ".py")) and name != "CHANGELOG.md"]


@pytest.mark.parametrize("folder", sorted({Path(name).parts[0] for name in PAGES}))
def test_files_and_decisions_that_prose_names_exist(folder: str) -> None:
    missing = {name: _missing(name) for name in PAGES if Path(name).parts[0] == folder and (ROOT / name).is_file()}
    assert {name: names for name, names in missing.items() if names} == {}
