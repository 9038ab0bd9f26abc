"""The completion queue in memory: what was asked for and what was set aside, in order."""

from dataclasses import dataclass, field

from moorage.domain.completion import CompleteLayerUpload


@dataclass
class MemoryCompletions:
    """Implements the port `CompletionQueue`."""

    asked: list[tuple[CompleteLayerUpload, float]] = field(default_factory=list)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    has_place: bool = True

    def ask(self, request: CompleteLayerUpload, delay_seconds: float = 0.0) -> None:
        self.asked.append((request, delay_seconds))

    def set_aside(self, message: str, reason: str, explanation: str) -> bool:
        if self.has_place:
            self.aside.append((message, reason, explanation))
        return self.has_place
