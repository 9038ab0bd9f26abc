"""The local resources are those of template.yaml, and making them twice changes nothing."""

from typing import Any

import pytest
from cfnlint.decode import cfn_yaml
from moorage_local.engines import installation
from moorage_local.lambda_runtime.routes import ROUTES
from moorage_local.stack import resources
from moorage_local.stack.resources import client, table_definition
from moorage_local.stack.stack import Stack, create_resources


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
    assert policy["maxReceiveCount"] == resources.MAX_RECEIVES
    assert str(template["CompletionQueue"]["Properties"]["VisibilityTimeout"]) == resources.VISIBILITY_SECONDS


def test_the_routes_are_the_templates(template):
    declared = {
        resource["Properties"]["RouteKey"]
        for resource in template.values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }
    assert {route.key for route in ROUTES} == declared


def test_every_variable_that_the_template_gives_its_functions_is_given_here_too(stack, template):
    """Apart from those that limit what a deployment costs: their defaults do."""
    functions = [one["Properties"] for one in template.values() if one["Type"] == "AWS::Serverless::Function"]
    given = {name for one in functions for name in one.get("Environment", {}).get("Variables", {})}
    assert {name for name in given if name.endswith(("_URL", "_TABLE", "_BUCKET", "_BUS"))} <= stack.variables.keys()


def test_making_everything_again_is_harmless(stack: Stack):
    dynamodb = client("dynamodb", stack.variables)
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    dynamodb.put_item(TableName=stack.names.table, Item=item)
    again = create_resources(stack.engines, stack.names, environ={})
    assert again.variables == stack.variables
    assert dynamodb.scan(TableName=stack.names.table)["Items"] == [item]
    aliases = [alias["AliasName"] for alias in client("kms", stack.variables).list_aliases()["Aliases"]]
    assert sorted(set(aliases)) == sorted(aliases)
