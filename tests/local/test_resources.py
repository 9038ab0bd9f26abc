"""The local resources are those of template.yaml, and making them twice changes nothing."""

from typing import Any

import pytest
from cfnlint.decode import cfn_yaml
from moorage_local import installation, resources
from moorage_local.resources import client, table_definition
from moorage_local.stack import Stack, furnish


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return cfn_yaml.load(str(installation.CHECKOUT / "template.yaml"))["Resources"]


def test_the_table_is_the_one_of_the_template(template):
    declared, made = template["Table"]["Properties"], table_definition("any")
    for member in ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"):
        assert made[member] == declared[member], member
    assert made["StreamSpecification"]["StreamViewType"] == declared["StreamSpecification"]["StreamViewType"]


def test_the_sweep_goes_by_the_templates_ttl_attribute(template):
    declared = template["Table"]["Properties"]["TimeToLiveSpecification"]
    assert (declared["AttributeName"], declared["Enabled"]) == ("expires_at", True)


def test_the_queue_gives_up_after_as_many_tries_as_the_templates(template):
    policy = template["CompletionQueue"]["Properties"]["RedrivePolicy"]
    assert policy["maxReceiveCount"] == resources.MOST_RECEIVES


def test_making_everything_again_is_harmless(stack: Stack):
    dynamodb = client("dynamodb", stack.variables)
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    dynamodb.put_item(TableName=stack.names.table, Item=item)
    again = furnish(stack.engines, stack.names, domain_name="moorage.local", environ={})
    assert again.variables == stack.variables
    assert dynamodb.scan(TableName=stack.names.table)["Items"] == [item]
    aliases = [alias["AliasName"] for alias in client("kms", stack.variables).list_aliases()["Aliases"]]
    assert sorted(set(aliases)) == sorted(aliases)
