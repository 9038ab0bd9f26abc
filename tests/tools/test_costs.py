"""The calculator of costs counts what DynamoDB charges, and the page says what the calculator says."""

import re
from pathlib import Path

import pytest
from moorage_local.stack.stack import Stack

from benchmarks.costs import MONTHLY, OPTIONS, PRICES, S3_GB_MONTH, Bill, bills_of_a_push, break_even_gb
from tests.support.template.reading import read_template

PAGE = (Path(__file__).parents[2] / "docs/operate/costs.md").read_text()


@pytest.mark.parametrize(
    ("operation", "parameters", "kind", "units"),
    [
        ("UpdateItem", {}, "write", 1),
        ("TransactWriteItems", {"TransactItems": [{}] * 5}, "write", 10),
        ("BatchGetItem", {"RequestItems": {"table": {"Keys": [{}] * 3}}}, "read", 3),
    ],
)
def test_a_record_of_less_than_a_kilobyte_takes_one_unit_and_two_in_a_transaction(
    operation: str, parameters: dict[str, object], kind: str, units: int
) -> None:
    bill = Bill()
    bill.call("dynamodb", operation, parameters)
    assert dict(bill.units) == {f"DynamoDB {kind} unit": units}


def test_every_alarm_of_the_template_is_counted() -> None:
    kinds = [resource["Type"] for resource in read_template()["Resources"].values()]
    assert f"alarms: {kinds.count('AWS::CloudWatch::Alarm')} of 0.10" in MONTHLY


@pytest.mark.parametrize("name", [*MONTHLY, *OPTIONS])
def test_the_page_has_every_monthly_item(name: str) -> None:
    assert f"{(MONTHLY | OPTIONS)[name]:.2f}" in PAGE


@pytest.fixture(scope="module")
def bills(module_stack: Stack) -> list[Bill]:
    """Of real pushes, in the order of the page's columns."""
    return list(bills_of_a_push().values())


@pytest.mark.parametrize("price", PRICES)
def test_the_page_counts_what_a_push_really_takes(bills: list[Bill], price: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {price} |")]
    for bill, cell in zip(bills, row.split("|")[2:4], strict=True):
        units, _, dollars = cell.strip().partition(" → ")
        assert float(units) == pytest.approx(bill.units[price], rel=0.02)
        assert float(dollars or 0) == pytest.approx(1000 * bill.units[price] * PRICES[price], abs=0.0006)


def test_the_page_says_what_the_pushes_cost_together(bills: list[Bill]) -> None:
    assert f"| **together** | {' | '.join(f'**{1000 * bill.total():.2f}**' for bill in bills)} |" in PAGE


@pytest.mark.parametrize("items", [3, len(MONTHLY)])
def test_the_page_says_where_amazon_ecr_costs_the_same(bills: list[Bill], items: int) -> None:
    fixed, pushes = sum(list(MONTHLY.values())[:items]), 1000 * bills[0].total()
    month = 100 * S3_GB_MONTH + pushes + fixed
    assert f"costs {month:.2f}" in PAGE
    assert re.search(rf"at\s{break_even_gb(pushes, fixed):.0f} GB", PAGE)
