"""Text that users chose, shown to them: escaped, whole, and in a form that programs can read."""

import io
import json
import os
from pathlib import Path

import pytest
from moorage_client.push_journal import Push, PushJournal
from moorage_client.text import printable
from moorage_client.uploads import PushState, print_table
from rich.console import Console

from tests.support.command import digest_of, push_arguments, run
from tests.support.engines import Server

NAMES = [b"web[amd64].tar", b"x[/b].tar", b"[bold]x.tar", b"line\nbreak.tar", b"red\x1b[31m.tar", b"latin-\xe9.tar"]
SHOWN = ["web[amd64].tar", "x[/b].tar", "[bold]x.tar", r"line\x0abreak.tar", r"red\x1b[31m.tar", r"latin-\xe9.tar"]


def noted(file: str, **members: str) -> Push:
    values = {"endpoint": "http://127.0.0.1:9", "repository": "a", "digest": "sha256:0", "upload_id": "u" * 36}
    return Push(**{**values, **members}, file=file, size_bytes=7, changed_ns=0)


@pytest.mark.parametrize(("name", "shown"), list(zip(NAMES, SHOWN, strict=True)))
def test_a_table_shows_every_file_name_as_it_is(name: bytes, shown: str):
    for is_terminal in (False, True):
        output = io.StringIO()
        console = Console(file=output, force_terminal=is_terminal, color_system=None, width=300)
        print_table(iter([PushState(push=noted(os.fsdecode(name)), status="[gone]")]), console)
        assert shown in output.getvalue()
        assert "[gone]" in output.getvalue()
        assert output.getvalue().count("\n") == 1 + is_terminal


def test_a_narrow_terminal_folds_a_long_id_and_cuts_nothing_off():
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, color_system=None, width=60)
    print_table(iter([PushState(push=noted("f", upload_id="q" * 36), status="open")]), console)
    assert output.getvalue().count("q") == 36


@pytest.mark.parametrize(("name", "shown"), list(zip(NAMES, SHOWN, strict=True)))
def test_a_file_of_any_name_is_pushed_and_listed(
    server: Server, repository: str, tmp_path: Path, name: bytes, shown: str
):
    file = tmp_path / os.fsdecode(name)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(os.urandom(100))
    status, output, errors = run(*push_arguments(file, repository, server), state=tmp_path)
    assert (status, output) == (0, digest_of(file)), errors
    PushJournal(tmp_path / "moorage" / "pushes").note(noted(str(file), endpoint="http://[", repository="[red]r[/]"))
    status, output, _ = run("uploads", state=tmp_path, PYTHONIOENCODING="ascii")
    assert status == 0
    [line] = output.splitlines()
    columns = line.split("\t")
    assert columns[:2] == ["u" * 36, "[red]r[/]"]
    assert columns[2].endswith(shown)
    status, output, _ = run("uploads", "--json", state=tmp_path)
    [listed] = json.loads(output)
    assert os.fsencode(listed["file"]) == os.fsencode(file)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain ü", "plain ü"), ("\x07", r"\x07"), ("\u202e", r"\u202e"), ("\udcff", r"\xff"), ("[b]", "[b]")],
)
def test_text_is_made_printable(text: str, shown: str):
    assert printable(text) == shown
