"""CI and releases run what a developer runs."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
MAKE_TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def _commands(name: str) -> list[str]:
    workflow: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


def test_ci_runs_the_script_and_builds_the_documentation():
    assert _commands("ci.yml") == [".ci/run", "make docs"]
    assert "docs" in MAKE_TARGETS


def test_a_release_is_checked_and_builds_wheel_and_source_distribution():
    commands = _commands("release.yml")
    assert commands.index(".ci/run") < commands.index("make dist")
    assert "dist" in MAKE_TARGETS


def test_every_workflow_file_and_template_is_valid_yaml():
    files = [*ROOT.glob(".github/**/*.yml"), ROOT / ".pre-commit-config.yaml", ROOT / "mkdocs.yml"]
    assert all(isinstance(yaml.safe_load(file.read_text()), dict) for file in files)
    assert len(files) >= 8


def test_the_hooks_use_the_pinned_tools():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert {hook["entry"].split()[0] for repo in hooks for hook in repo["hooks"]} <= {
        f".venv/bin/{tool}" for tool in ("ruff", "lint-imports", "python")
    }
