"""The completion queue in memory: the enqueued requests and the dead letters, in order."""

from dataclasses import dataclass, field, replace

from moorage.domain.uploads.completion import CompleteLayerUpload


@dataclass
class MemoryCompletions:
    """Implements the port `CompletionQueue`."""

    enqueued: list[tuple[CompleteLayerUpload, float]] = field(default_factory=list)
    dead_lettered: list[tuple[str, str, str]] = field(default_factory=list)
    has_place: bool = True

    def enqueue(self, request: CompleteLayerUpload, delay_seconds: float = 0.0) -> None:
        self.enqueued.append((replace(request, hand_overs=request.hand_overs + 1), delay_seconds))

    def dead_letter(self, message: str, reason: str, explanation: str) -> bool:
        if self.has_place:
            self.dead_lettered.append((message, reason, explanation))
        return self.has_place
