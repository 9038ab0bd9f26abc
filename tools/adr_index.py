"""Writes the list of decisions in docs/adr/README.md from the headings of the files.

python tools/adr_index.py            writes the list
python tools/adr_index.py --check    exits with 1 if the list is not up to date
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "adr"
INDEX = FOLDER / "README.md"
_MARK = "<!-- list: written by tools/adr_index.py -->\n"


def entry(decision: Path) -> str:
    """One line of the list. Raises: ValueError for a file that does not begin as template.md does."""
    text = decision.read_text()
    heading = re.match(r"# (\d+)\. (.+)\n\n\*\*Status:\*\* (.+)\n", text)
    if heading is None or int(heading[1]) != int(decision.name[:4]):
        raise ValueError(f"{decision.name} must begin with '# {int(decision.name[:4])}. Title' and '**Status:** …'")
    return f"| {heading[1]} | [{heading[2]}]({decision.name}) | {heading[3]} |\n"


def index(current: str) -> str:
    """The index page: everything up to the mark as it is, the list after it."""
    before, mark, _ = current.partition(_MARK)
    if not mark:
        raise ValueError(f"{INDEX} has no line {_MARK.strip()!r}")
    entries = (entry(decision) for decision in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]-*.md")))
    return f"{before}{mark}\n| | decision | status |\n|---:|---|---|\n{''.join(entries)}"


def main(arguments: list[str]) -> int:
    """Write or check the index; the exit status."""
    current = INDEX.read_text()
    wanted = index(current)
    if arguments == ["--check"]:
        if wanted != current:
            print("docs/adr/README.md is not up to date: run .venv/bin/python tools/adr_index.py", file=sys.stderr)
        return int(wanted != current)
    INDEX.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
