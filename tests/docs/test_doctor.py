"""docs/operate/doctor.md names every check."""

import re
from pathlib import Path

from moorage_client.doctor.doctor import CHECKS

PAGE = (Path(__file__).parents[2] / "docs" / "operate" / "doctor.md").read_text()


def test_the_page_describes_each_check_in_the_order_in_which_it_is_printed():
    assert re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE) == list(CHECKS)
