"""Rejects the words and names that tools/prose_rules.toml lists, in every text file that git knows.

    python tools/prose_lint.py            all files; exits with 1 if a file has a rejected word or name
    python tools/prose_lint.py FILE…      these files only

A line of tools/prose_allow.txt allows one rejected word in one file: `path-pattern<TAB>word<TAB>why`.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = {".py", ".md", ".yaml", ".yml", ".toml", ".mk", ".sh", ".txt", ".json", ".in", ""}
_SPACE = r"[\s#]+"


@dataclass(frozen=True, slots=True)
class Rules:
    """The tables of prose_rules.toml: what is rejected → what to write instead."""

    phrases: dict[str, str]
    names: dict[str, str]
    functions: dict[str, str]
    prefixes: dict[str, str]
    modules: dict[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One rejected word: where it is, what it is, and what to write instead."""

    path: str
    line: int
    word: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word!r}: write {self.instead}"


@dataclass(frozen=True, slots=True)
class Permission:
    """One line of prose_allow.txt."""

    path_pattern: str
    word: str

    def covers(self, hit: Hit) -> bool:
        """Whether this line allows the hit."""
        return fnmatch(hit.path, self.path_pattern) and self.word in ("*", hit.word.lower())


def read_rules(text: str) -> Rules:
    """The rules in the text of prose_rules.toml."""
    return Rules(**tomllib.loads(text))


def read_permissions(text: str) -> list[Permission]:
    """The lines of prose_allow.txt. Raises: ValueError for a line without a reason."""
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines:
        if len(line) != 3 or not all(line):
            raise ValueError(f"prose_allow.txt: not `path<TAB>word<TAB>why`: {line}")
    return [Permission(path, word) for path, word, _ in lines]


def lint(path: str, text: str, rules: Rules) -> Iterator[Hit]:
    """Every rejected word in one file."""
    # Underscores become spaces, so that a phrase is found in an identifier as well; offsets stay as they are.
    plain = text.replace("_", " ")
    for pattern, instead in rules.phrases.items():
        for match in re.finditer(rf"\b(?:{pattern.replace(' ', _SPACE)})\b", plain, re.IGNORECASE):
            yield Hit(path, text.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), instead)
    if path.endswith(".py"):
        if Path(path).stem in rules.modules:
            yield Hit(path, 1, Path(path).stem, rules.modules[Path(path).stem])
        yield from _names(path, ast.parse(text), rules)


def _names(path: str, tree: ast.Module, rules: Rules) -> Iterator[Hit]:
    for node in ast.walk(tree):
        for name, is_function in _defined(node):
            instead = rules.names.get(name) or (
                rules.functions.get(name) if is_function and not path.startswith("tests/") else None
            )
            prefix = next((prefix for prefix in rules.prefixes if name.lower().lstrip("_").startswith(prefix)), None)
            if prefix:
                instead = f"{rules.prefixes[prefix]}…"
            if instead:
                yield Hit(path, getattr(node, "lineno", 1), name, instead)


def _defined(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """The name that a node defines, and whether it is a function's."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, True
        case ast.ClassDef(name=name) | ast.arg(arg=name):
            yield name, False
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield name, False
        case _:
            pass


def _text_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if Path(name).suffix in SUFFIXES and (ROOT / name).is_file()]


def main(arguments: list[str]) -> int:
    """Check the files; the exit status."""
    tools = ROOT / "tools"
    rules = read_rules((tools / "prose_rules.toml").read_text())
    permissions = read_permissions((tools / "prose_allow.txt").read_text())
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    files = arguments or [name for name in listed if Path(name).suffix in SUFFIXES and (ROOT / name).is_file()]
    hits = [hit for name in files for hit in lint(name, (ROOT / name).read_text(), rules)]
    rejected = [hit for hit in hits if not any(permission.covers(hit) for permission in permissions)]
    unused = [line for line in permissions if not any(line.covers(hit) for hit in hits)] if not arguments else []
    print(*rejected, *(f"tools/prose_allow.txt: nothing needs {line}" for line in unused), sep="\n", end="")
    if rejected or unused:
        print()
    return int(bool(rejected or unused))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
