"""One invocation of functions/complete_uploads in a process of its own.

Usage: `python -m tests.support.direct.worker MESSAGE LOG`.
Notes every range that it reads in LOG, at once. `MOORAGE_TEST_PAUSE` slows each read, so that small layers last.
"""

import os
import sys
import time
from pathlib import Path

from moorage_local.engines import installation
from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.stack import environment

from tests.support.direct.registry import Range, note_ranges
from tests.support.template.permitted import permitted_only


def main(message: str, log: Path) -> None:
    """Run the handler on one message; exit status 1 if it asks for the message again."""
    environment.isolate(os.environ, {name: value for name, value in os.environ.items() if name.startswith("AWS_")})
    lambda_functions.forget_metrics()
    function = lambda_functions.load(installation.functions_directory() / "complete_uploads", 300)
    sleep_seconds = float(os.environ.get("MOORAGE_TEST_PAUSE", "0"))

    def note(span: Range) -> None:
        with log.open("a") as file:
            file.write(f"{span[0]} {span[1]}\n")
        time.sleep(sleep_seconds)

    s3 = function.module.ports.direct._client
    s3.meta.events.register("before-send.s3.GetObject", note_ranges(note))
    record = {"messageId": "1", "receiptHandle": "r", "body": message, "eventSource": "aws:sqs", "attributes": {}}
    with permitted_only():
        failed = function({"Records": [record]})["batchItemFailures"]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
