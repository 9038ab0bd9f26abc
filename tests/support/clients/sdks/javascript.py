"""AWS's SDK for JavaScript, in one Node process that takes requests as lines of JSON (tests/clients/javascript)."""

import itertools
import json
import subprocess
import tempfile
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from tests.support.clients.sdks.sdk import CHECKOUT, INSTALL, TIMEOUT_SECONDS, Members, Sdk, SdkError

_FOLDER = CHECKOUT / "tests" / "clients" / "javascript"


class JavaScript(Sdk):
    """Requests of several threads run in it at the same time."""

    name = "javascript"

    def start(self) -> None:
        assert (_FOLDER / "node_modules").is_dir(), f"{_FOLDER}/node_modules is missing: {INSTALL}"
        self._ids = itertools.count()
        self._waiting: dict[int, Future[Members]] = {}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            ["node", str(_FOLDER / "bridge.mjs")],
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def call(self, operation: str, **members: Any) -> Members:
        with tempfile.TemporaryDirectory(dir=self.home) as directory:
            files = {name: Path(directory, name) for name, value in members.items() if isinstance(value, bytes)}
            for name, file in files.items():
                file.write_bytes(members[name])
            text = {name: value for name, value in members.items() if name not in files}
            paths = {name: str(file) for name, file in files.items()}
            return dict(self._ask({"operation": operation, "input": text, "files": paths}))

    def all_of(self, operation: str, member: str, page_size: int, **members: Any) -> list[Any]:
        pages = self._ask({"pages": operation, "pageSize": page_size, "input": members})
        return [item for page in pages for item in page[member]]

    def download(self, url: str) -> bytes:
        with tempfile.TemporaryDirectory(dir=self.home) as directory:
            self._ask({"download": url, "to": f"{directory}/content"})
            return Path(directory, "content").read_bytes()

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(TIMEOUT_SECONDS)
        self._reader.join(TIMEOUT_SECONDS)

    def _ask(self, request: Members) -> Any:
        assert self._process.stdin is not None
        answered: Future[Members] = Future()
        with self._lock:
            number = next(self._ids)
            self._waiting[number] = answered
            self._process.stdin.write(f"{json.dumps({'id': number, **request})}\n")
            self._process.stdin.flush()
        answer = answered.result(TIMEOUT_SECONDS)
        if error := answer.get("error"):
            raise SdkError(error["code"], error["message"], error["members"])
        return answer["output"]

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                answer = json.loads(line)
                self._waiting.pop(answer["id"]).set_result(answer)
