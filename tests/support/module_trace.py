"""The modules of the package that a piece of code passes, as a reader meets them who follows its calls."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

PACKAGE = "moorage."


@dataclass
class ModuleTrace:
    """`modules`, in the order of their first call, and `returns`: calls back into a module that is still running.

    Constructors and comparisons that dataclasses generate have no source to follow, so they do not count.
    """

    modules: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)

    def note(self, frame: FrameType) -> None:
        """Note one call."""
        callers = _modules_of(frame)
        if frame.f_code.co_filename.startswith("<") or not callers or not _is_ours(frame):
            return
        module, *outer = callers
        if module not in self.modules:
            self.modules.append(module)
        if module in outer[1:]:
            self.returns.append(f"{outer[0]} → {module}")


def trace_modules(action: Callable[[], object]) -> ModuleTrace:
    """Run it and note what it passes."""
    trace = ModuleTrace()

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            trace.note(frame)

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return trace


def _modules_of(frame: FrameType | None) -> list[str]:
    """The modules on the stack, the innermost first, each run of calls within one module once."""
    modules: list[str] = []
    while frame is not None:
        if _is_ours(frame):
            name = frame.f_globals["__name__"]
            if not modules or modules[-1] != name:
                modules.append(name)
        frame = frame.f_back
    return modules


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(PACKAGE)
