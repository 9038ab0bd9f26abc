"""How long a transaction waits before its next attempt after a conflict with another transaction.

DynamoDB cancels a transaction that conflicts with another one on any of its items, condition checks included. SDKs do
not retry it (DynamoDB Developer Guide, "Transaction conflict handling"). The waits grow and are random, so that the
same transactions do not conflict again. A time budget ends them, so that the caller gets an answer in time.
`benchmarks/transaction_conflicts.py` simulates them.
"""

from collections.abc import Callable, Iterator

FIRST_PAUSE_SECONDS = 0.02
MAX_PAUSE_SECONDS = 0.32
CONFLICT_BUDGET_SECONDS = 6.0
"""Time for all attempts of one transaction: what remains of an API request's 30 s after the calls before it."""


def conflict_pauses(
    uniform: Callable[[float, float], float], budget_seconds: float = CONFLICT_BUDGET_SECONDS
) -> Iterator[float]:
    """The waiting times in seconds, one before each further attempt. On average, their sum is the budget.

    `uniform(low, high)` draws a number between the two: full jitter ("Exponential Backoff And Jitter", AWS
    Architecture Blog).
    """
    expected_seconds, longest = 0.0, FIRST_PAUSE_SECONDS
    while (expected_seconds := expected_seconds + longest / 2) <= budget_seconds:
        yield uniform(0, longest)
        longest = min(MAX_PAUSE_SECONDS, 2 * longest)
