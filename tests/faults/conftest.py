"""Says at the end of the run how many faults were survived."""

import pytest

from tests.support.faults.racing import ROUNDS


@pytest.fixture(params=range(ROUNDS))
def seed(request: pytest.FixtureRequest) -> int:
    """Shuffles one round of a race."""
    print(f"seed {request.param}")  # noqa: T201 - pytest shows it where the round fails
    return int(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for the whole harness, one for each operation's calls."""
    reports = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    noted = [dict(report.user_properties) for report in reports]
    cases = sum(int(properties.get("fault_cases", 0)) for properties in noted)
    if cases:
        terminalreporter.section("faults")
        for properties in noted:
            if "fault_calls" in properties:
                terminalreporter.write_line(f"{properties['fault_cases']:4} cases  {properties['fault_calls']}")
        terminalreporter.write_line(f"{cases} cases of (operation, AWS call, fault): all converged")
