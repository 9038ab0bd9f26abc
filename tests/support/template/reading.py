"""template.yaml as plain Python: every intrinsic function in its long form, every reference by logical name."""

from pathlib import Path
from typing import Any

import yaml

TEMPLATE_FILE = Path(__file__).resolve().parents[3] / "template.yaml"


class _Loader(yaml.SafeLoader):
    pass


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


def read_template() -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(TEMPLATE_FILE.read_text(), _Loader)  # a SafeLoader with CloudFormation's tags
    return template


def resources_of(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def text_of(value: Any) -> str:
    """A resource's name in a policy: `${Bucket.Arn}/blobs/*` whichever way it was written."""
    match value:
        case str():
            return value
        case {"Fn::GetAtt": str(name)}:
            return f"${{{name}}}"
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::Sub": [str(text), {"Arn": arn}]}:
            return text.replace("${Arn}", text_of(arn))
        case {"Fn::If": [_, made, _]}:  # what is made, not what is adopted: the policies are the same for both
            return text_of(made)
        case {"Ref": str(name)}:
            return f"${{{name}}}"
    raise ValueError(f"not a name: {value!r}")
