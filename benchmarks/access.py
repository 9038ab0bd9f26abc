"""What it costs to know a caller and to decide: one token, one policy check.

Everything is in memory: no request to AWS belongs to either. The times are CPU times, so that other work on the machine
counts as little as possible. The median of the rounds is printed.

    .venv/bin/python -m benchmarks.access
"""

import json
import statistics
import time
from collections.abc import Callable

from moorage.domain.caller import Access, Call, Caller, Scope, parse_caller
from moorage.domain.policy.access import policies_allow
from moorage.domain.policy.parsing.parse_policy import parse_policy
from moorage.domain.policy.request import AccessRequest
from moorage.domain.registry import Registry
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.domain.token import TokenKey, issue_token, sign_token, verify_token
from rich.console import Console
from rich.table import Table

ROUNDS, REPETITIONS = 11, 200
NOW = 1_800_000_000.0
REGISTRY = Registry("111122223333", "eu-central-1", "registry.example")
KEYS = (TokenKey("current", b"c" * 32), TokenKey("former", b"f" * 32))
ACTION = "ecr:BatchGetImage"
TARGET_MICROSECONDS = 50


def main() -> None:
    """Print one row for each."""
    ci = _caller("arn:aws:sts::111122223333:assumed-role/ci/job-7")
    token = sign_token(issue_token(ci, Scope(Access.PULL, "team-a/*"), NOW), KEYS[1])
    table = Table("", "median µs", "slowest round µs", title=f"{ROUNDS} rounds of {REPETITIONS}")
    rows: list[tuple[str, Callable[[], object]]] = [
        (f"verify a token (target {TARGET_MICROSECONDS})", lambda: verify_token(token, KEYS, NOW)),
        ("check, no policy", _check(ci)),
        ("check, a policy of 3 statements", _check(ci, _policy(3))),
        ("check, repository's and registry's policies of 3 statements", _check(ci, _policy(3), _policy(3))),
        ("check, a policy of 40 statements with conditions", _check(ci, _policy(40))),
        ("read a policy of 3 statements (once for each text and process)", lambda: _read(_policy(3))),
    ]
    for name, work in rows:
        measured = [_microseconds(work) for _ in range(ROUNDS)]
        table.add_row(name, f"{statistics.median(measured):.1f}", f"{max(measured):.1f}")
    Console().print(table)


def _microseconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    for _ in range(REPETITIONS):
        work()
    return (time.thread_time() - started) / REPETITIONS * 1e6


def _read(text: str) -> object:
    return parse_policy.__wrapped__(text)


def _check(caller: Caller, *policies: str) -> Callable[[], object]:
    """A check that looks at every statement: nobody is denied."""
    repository_id = RepositoryId(REGISTRY.registry_id, "team-a/web")
    repository = Repository(id=repository_id, incarnation="", created_at=0, policies=policies)
    request = AccessRequest(call=Call(registry=REGISTRY, caller=caller, source_ip="192.0.2.1"), action=ACTION)

    def check() -> bool:
        allowed = policies_allow(request, ACTION, repository_id, repository, NOW)
        assert allowed
        return allowed

    return check


def _policy(statements: int) -> str:
    """Statements that name the caller and the action, and whose condition denies another network."""
    network = {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": ["111122223333", "arn:aws:iam::444455556666:role/ci"]},
        "Action": ["ecr:Batch*", "ecr:Get*"],
        "Condition": network,
    }
    return json.dumps({"Statement": [{"Sid": str(number), **statement} for number in range(statements)]})


def _caller(arn: str) -> Caller:
    found = parse_caller(arn)
    assert found is not None
    return found


if __name__ == "__main__":
    main()
