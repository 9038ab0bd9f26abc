"""How often a client asks about a verification: soon at first, then seldom, because each request is billed."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from moorage_client import watched_completion
from moorage_client.watched_completion import verify

QUESTIONS = 30
STEPS = range(QUESTIONS)
COMPLETED = {"status": "completed", "bytesVerified": QUESTIONS}


class Registry:
    """A registry that answers a completion with 202 at once, and then tells of these steps."""

    def __init__(self, steps: Iterator[int]) -> None:
        self._steps = steps
        self.completions = 0

    def complete(self, _upload_id: str) -> dict[str, Any]:
        self.completions += 1
        return {"status": "verifying"}

    def status(self, _upload_id: str) -> dict[str, Any]:
        step = next(self._steps, None)
        return COMPLETED if step is None else {"status": "verifying", "bytesVerified": step}


class Answering(Future[dict[str, Any]]):
    """A completion that the registry still answers while the client asks a number of times."""

    def result(self, timeout: float | None = None) -> dict[str, Any]:
        return COMPLETED

    def done(self) -> bool:
        return False


def elsewhere(paused: list[float], patch: pytest.MonkeyPatch) -> None:
    """Another worker verifies, and gets on."""
    patch.setattr(time, "sleep", paused.append)
    verify(Registry(iter(STEPS)), "upload", lambda _: None)  # type: ignore[arg-type]


def stalled(paused: list[float], patch: pytest.MonkeyPatch) -> None:
    """The other worker is slow: it gets on with every third question."""
    patch.setattr(time, "sleep", paused.append)
    verify(Registry(step // 3 for step in STEPS), "upload", lambda _: None)  # type: ignore[arg-type]


def here(paused: list[float], patch: pytest.MonkeyPatch) -> None:
    """The client's own request verifies."""

    def wait(_: object, timeout: float) -> Any:
        paused.append(timeout)
        return type("Waited", (), {"done": len(paused) > QUESTIONS})

    patch.setattr(watched_completion, "wait", wait)
    patch.setattr(watched_completion, "_in_background", lambda _: Answering())
    verify(Registry(iter(STEPS)), "upload", lambda _: None)  # type: ignore[arg-type]


@pytest.mark.parametrize("watch", [elsewhere, stalled, here])
def test_questions_become_rare(
    watch: Callable[[list[float], pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []
    watch(paused, monkeypatch)
    assert len(paused) >= QUESTIONS
    assert paused[0] < 1
    assert paused == sorted(paused)
    assert {2 <= seconds <= 5 for seconds in paused[8:]} == {True}


def test_a_worker_that_died_is_replaced_by_another_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    registry = Registry(iter([7] * 12))
    verify(registry, "upload", lambda _: None)  # type: ignore[arg-type]
    assert registry.completions > 1
