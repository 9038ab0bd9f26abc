"""The calculator of costs counts what DynamoDB charges, and the page says what the calculator says."""

from pathlib import Path

import pytest

from benchmarks.costs import MONTHLY, OPTIONS, Bill, break_even_gb
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


@pytest.mark.parametrize("items", [3, len(MONTHLY)])
def test_the_page_says_where_amazon_ecr_costs_the_same(items: int) -> None:
    fixed = sum(list(MONTHLY.values())[:items])
    assert f"at {break_even_gb(0.46, fixed):.0f} GB" in PAGE
