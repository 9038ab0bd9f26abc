"""The state's file: whole commits survive, whatever the end of the process left behind."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moorage_local.engines.durable import rows, store
from moorage_local.engines.durable.rows import Statement
from moorage_local.engines.durable.store import Store, StoreError


def commit_of(number: int) -> list[Statement]:
    """Two rows that belong together."""
    return [rows.put_item("table", f"p{number}", side, {"n": {"N": str(number)}}) for side in ("left", "right")]


def keys(opened: Store) -> list[str]:
    return [row[0] for row in opened.read("SELECT pk || sk FROM items ORDER BY rowid")]


def killed_after(commits: int, directory: Path) -> Path:
    """A copy of the file and its log as a kill leaves them after so many commits."""
    file, copy = directory / "state.sqlite", directory / "copy"
    live = Store(file)
    for number in range(commits):
        live.commit(commit_of(number))
    copy.mkdir()
    for name in ("state.sqlite", "state.sqlite-wal"):
        shutil.copy(directory / name, copy / name)
    live.close()
    return copy / "state.sqlite"


def whole(commits: int) -> list[str]:
    return [f"p{number}{side}" for number in range(commits) for side in ("left", "right")]


def test_what_was_committed_is_there_after_a_kill(tmp_path: Path):
    assert keys(Store(killed_after(3, tmp_path))) == whole(3)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_log_cut_off_anywhere_keeps_a_beginning_of_whole_commits(tmp_path_factory: pytest.TempPathFactory, data):
    file = killed_after(5, tmp_path_factory.mktemp("cut"))
    log = file.with_name("state.sqlite-wal")
    content = log.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    log.write_bytes(content[:cut])
    kept = keys(Store(file))
    assert kept == whole(len(kept) // 2)
    if cut == len(content):
        assert len(kept) == 10


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_bit_flipped_in_the_log_ends_it_before_the_damage(tmp_path_factory: pytest.TempPathFactory, data):
    file = killed_after(5, tmp_path_factory.mktemp("flip"))
    log = file.with_name("state.sqlite-wal")
    content = bytearray(log.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    log.write_bytes(bytes(content))
    kept = keys(Store(file))
    assert kept == whole(len(kept) // 2)


def test_a_torn_last_change_is_dropped_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = killed_after(3, tmp_path)
    log = file.with_name("state.sqlite-wal")
    log.write_bytes(log.read_bytes()[:-100])
    assert keys(Store(file)) == whole(2)
    assert capsys.readouterr().err == f"{file}: dropped a change that was cut off before it was acknowledged\n"


def test_nothing_is_said_of_a_log_that_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    Store(killed_after(3, tmp_path)).close()
    assert capsys.readouterr().err == ""


def test_a_full_disk_refuses_the_whole_commit_and_keeps_what_was_there(tmp_path: Path):
    opened = Store(tmp_path / "state.sqlite")
    opened.commit(commit_of(0))
    (pages,) = next(opened.read("PRAGMA page_count"))
    list(opened.read(f"PRAGMA max_page_count = {pages}"))
    large = rows.put_item("table", "large", "", {"b": {"S": "x" * 100_000}})
    with pytest.raises(StoreError, match="disk is full"):
        opened.commit([*commit_of(1), large])
    assert keys(opened) == whole(1)
    list(opened.read("PRAGMA max_page_count = 1000000"))
    opened.commit(commit_of(1))
    assert keys(opened) == whole(2)


def test_a_file_of_another_version_is_refused_in_one_line(tmp_path: Path):
    file = tmp_path / "state.sqlite"
    Store(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {store.FORMAT + 1}")
    connection.close()
    with pytest.raises(StoreError) as refused:
        Store(file)
    assert str(refused.value) == f"{file} has format 2; this version of Moorage reads format 1"


@pytest.mark.parametrize("content", [b"not a database" * 20, b"SQLite format 3\x00" + b"\x01" * 5000, b"short"])
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, content: bytes):
    file = tmp_path / "state.sqlite"
    file.write_bytes(content)
    with pytest.raises(StoreError) as refused:
        Store(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_page_damaged_inside_the_file_is_found_when_it_is_opened(tmp_path: Path):
    file = tmp_path / "state.sqlite"
    made = Store(file)
    made.commit([statement for number in range(300) for statement in commit_of(number)])
    made.close()
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 40] = b"\xff" * 40
    file.write_bytes(bytes(content))
    with pytest.raises(StoreError, match="cannot be read"):
        Store(file)


def test_a_second_process_cannot_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "TAKEOVER_SECONDS", 0.0)
    first = Store(tmp_path / "state.sqlite")
    first.commit(commit_of(0))
    with pytest.raises(StoreError, match="locked"):
        Store(tmp_path / "state.sqlite")


def test_the_log_is_merged_into_the_file_by_itself(tmp_path: Path):
    opened = Store(tmp_path / "state.sqlite")
    for _ in range(3000):
        opened.commit(commit_of(1))
    assert (tmp_path / "state.sqlite-wal").stat().st_size < 5_000_000, "three thousand times the same two rows"


def test_a_key_that_no_file_can_hold_is_refused_and_the_next_commit_works(tmp_path: Path):
    opened = Store(tmp_path / "state.sqlite")
    with pytest.raises(StoreError):
        opened.commit([*commit_of(0), rows.put_item("table", "\ud800", "", {})])
    opened.commit(commit_of(1))
    assert keys(opened) == ["p1left", "p1right"]
