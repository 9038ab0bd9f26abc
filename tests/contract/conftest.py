"""In these tests, functions call AWS only as their roles in template.yaml allow."""

from tests.support.template.permitted import aws_calls, only_permitted_calls

__all__ = ["aws_calls", "only_permitted_calls"]
