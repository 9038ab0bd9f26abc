"""Every check, by its name. Checks change nothing, but for two empty objects in the bucket, which they delete again.

A check asks AWS and returns an outcome. What AWS says instead of an answer is translated here:

    it is not there                     fault
    these credentials may not ask       not checked, with the permission that is needed
    anything else, such as no network   not checked, with AWS's words
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from moorage_client.doctor import access, api, bucket, bucket_writes, functions, monitoring, queues, table
from moorage_client.doctor.deployed import Deployed, MissingResourceError
from moorage_client.doctor.outcome import Outcome, fault, not_checked

Check = Callable[[Deployed], Outcome]
CHECKS: Mapping[str, Check] = {
    "endpoint": api.check_endpoint,
    "unsigned-requests": api.check_unsigned_requests,
    "challenge-header": api.check_challenge_header,
    "repository-policies": access.check_repository_policies,
    "bucket-versioning": bucket.check_versioning,
    "bucket-lifecycle": bucket.check_lifecycle,
    "bucket-policy": bucket.check_policy,
    "bucket-encryption": bucket.check_encryption,
    "bucket-public-access": bucket.check_public_access,
    "bucket-events": bucket.check_events,
    "bucket-write-once": bucket_writes.check_write_once,
    "bucket-parts": bucket_writes.check_parts,
    "table-ttl": table.check_ttl,
    "table-recovery": table.check_recovery,
    "table-stream": table.check_stream,
    "queue-redrive": queues.check_redrive,
    "queue-visibility": queues.check_visibility,
    "queue-mapping": queues.check_mapping,
    "event-rules": queues.check_event_rules,
    "function-versions": functions.check_versions,
    "recursive-loop": functions.check_recursive_loop,
    "hash-states": functions.check_hash_states,
    "concurrency": functions.check_concurrency,
    "alarms": monitoring.check_alarms,
    "token-keys": monitoring.check_token_keys,
}
_MISSING = re.compile(r"NotFound|NoSuch|NonExistent|DoesNotExist|^404$")
_DENIED = re.compile(r"AccessDenied|UnauthorizedOperation|NotAuthorized|^403$")


@dataclass(frozen=True, slots=True)
class Examined:
    """A check's name and its outcome."""

    check: str
    outcome: Outcome


def examine(stack: Deployed) -> Iterator[Examined]:
    """Run every check, one after the other."""
    for name, check in CHECKS.items():
        yield Examined(name, run_check(check, stack))


def run_check(check: Check, stack: Deployed) -> Outcome:
    """The outcome, whatever AWS answers."""
    try:
        return check(stack)
    except MissingResourceError as error:
        return fault(f"the stack has no {error}", "deploy the current template")
    except ClientError as error:
        return _translated(error)
    except BotoCoreError as error:
        return not_checked(str(error), "run the command again")


def _translated(error: ClientError) -> Outcome:
    code, text = error.response["Error"].get("Code", ""), f"{error.operation_name}: {error}"
    if _MISSING.search(code):
        return fault(text, "it was deleted or replaced outside the stack: deploy the template again")
    if _DENIED.search(code):
        return not_checked(text, f"allow {error.operation_name} to these credentials")
    return not_checked(text, "run the command again; if it stays so, look the error up in AWS's documentation")
