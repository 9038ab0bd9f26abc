"""The packages of tests/clients/javascript are pinned by their content, and the file names no server that has them."""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "clients" / "javascript"
LOCK = json.loads((FOLDER / "package-lock.json").read_text())
WANTED = json.loads((FOLDER / "package.json").read_text())


def test_every_package_has_a_version_and_a_hash_and_no_address():
    packages = {path: package for path, package in LOCK["packages"].items() if path}
    assert len(packages) > 50
    assert [path for path, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert [path for path, package in packages.items() if "resolved" in package or not package["version"]] == []


def test_the_lock_is_of_the_packages_that_are_wanted():
    root = LOCK["packages"][""]
    assert (root["dependencies"], root["engines"]) == (WANTED["dependencies"], WANTED["engines"])
    for name, version in WANTED["dependencies"].items():
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version
