"""AWS's command line: a process for every request, and curl for downloads."""

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import botocore

from tests.support.clients.sdks.sdk import CHECKOUT, INSTALL, TIMEOUT_SECONDS, Members, Sdk, SdkError

PROGRAM = CHECKOUT / ".venv-awscli" / "bin" / "aws"
_REFUSED = re.compile(r"error (?:occurred )?\((?P<code>\w+)\).* operation(?: \([^)]*\))?: (?P<message>.*)", re.DOTALL)
_EXPECTED = re.compile(r"instead of (?P<next>\d+)")


class AwsCli(Sdk):
    """Prints errors without the members that scripts would need, so scripts read the message."""

    name = "aws"

    def start(self) -> None:
        assert PROGRAM.exists(), f"{PROGRAM} is missing: {INSTALL}"

    def call(self, operation: str, **members: Any) -> Members:
        return self._run(operation, members)

    def all_of(self, operation: str, member: str, page_size: int, **members: Any) -> list[Any]:
        return list(self._run(operation, members, "--page-size", str(page_size))[member])

    def download(self, url: str) -> bytes:
        command = ["curl", "--silent", "--show-error", "--fail", "--location", url]
        done = subprocess.run(command, env=self.environment(), capture_output=True, timeout=TIMEOUT_SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def next_byte(self, error: SdkError) -> int:
        found = _EXPECTED.search(error.message)
        assert found, error
        return int(found["next"])

    def command(self, *words: str) -> str:
        """What `aws ecr …` prints.

        Raises: SdkError.
        """
        command = [str(PROGRAM), "ecr", *words]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        if done.returncode == 0:
            return done.stdout
        refused = _REFUSED.search(done.stderr)
        assert refused, f"{' '.join(command)} ended with {done.returncode}: {done.stderr}"
        raise SdkError(refused["code"], refused["message"].strip(), {})

    def _run(self, operation: str, members: Members, *options: str) -> Members:
        with tempfile.TemporaryDirectory(dir=self.home) as directory:
            words = [botocore.xform_name(operation, "-"), "--output", "json", *options]
            for name, value in members.items():
                if isinstance(value, bytes):
                    file = Path(directory, name)
                    file.write_bytes(value)
                    words += [f"--{botocore.xform_name(name, '-')}", f"fileb://{file}"]
            text = {name: value for name, value in members.items() if not isinstance(value, bytes)}
            file = Path(directory, "input.json")
            file.write_text(json.dumps(text))
            printed = self.command(*words, "--cli-input-json", f"file://{file}")
        return dict(json.loads(printed)) if printed else {}
