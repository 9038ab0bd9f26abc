"""The connection to the table, in a new process: the models that other tests have imported are not there."""

import os
import subprocess
import sys

PROGRAM = """
from moorage.adapters.dynamodb.item import bind
from moorage.adapters.dynamodb.keys import REGISTRY_INDEX
print(bind("any-table", "us-east-1").get_meta_table("any-table").has_index_name(REGISTRY_INDEX))
"""


def test_the_connection_knows_the_index_of_repositories_whatever_was_imported_before():
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
    )
    assert finished.stdout == "True\n", finished.stderr
