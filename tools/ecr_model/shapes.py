"""Generate `moorage/wire/ecr/model/` from botocore's model: the input and the exceptions of every ECR operation.

    python -m tools.ecr_model        # or: make shapes

One module for each group of operations, and `shared` for the shapes that several groups use. A string, number or
boolean that the model doesn't constrain is written in place; every other shape is a constant that has the model's name.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import botocore.session
from botocore.model import ListShape, ServiceModel, Shape, StringShape, StructureShape

from tools.ecr_model.groups import GROUPS

SHARED = "shared"
_KINDS = {
    "string": "StringShape",
    "integer": "IntegerShape",
    "long": "IntegerShape",
    "boolean": "BooleanShape",
    "blob": "BlobShape",
    "list": "ListShape",
    "structure": "StructureShape",
}


def generate(service: ServiceModel) -> dict[str, str]:
    """The text of each module of the folder, by its file's name, as ruff formats it."""
    _require_groups(service)
    homes = _homes(service)
    modules = {f"{group}.py": _group_module(group, service, homes) for group in GROUPS}
    modules[f"{SHARED}.py"] = _shared_module(service, homes)
    modules["__init__.py"] = _index_module()
    return {name: _formatted(text) for name, text in modules.items()}


def write(folder: Path) -> None:
    """Write the modules; what the folder had besides is removed."""
    modules = generate(botocore.session.get_session().get_service_model("ecr"))
    for stale in set(folder.glob("*.py")) - {folder / name for name in modules}:
        stale.unlink()
    for name, text in modules.items():
        (folder / name).write_text(text)


def _require_groups(service: ServiceModel) -> None:
    grouped = {operation for group in GROUPS.values() for operation in group}
    if different := grouped ^ set(service.operation_names):
        raise SystemExit(f"tools/ecr_model/groups.py and the model differ in: {sorted(different)}")


def _homes(service: ServiceModel) -> dict[str, str]:
    """The module of each shape that is a constant."""
    users: dict[str, set[str]] = defaultdict(set)
    for group, operations in GROUPS.items():
        for operation in operations:
            for shape in _constants(service.operation_model(operation).input_shape, is_input=True):
                users[shape.name].add(group)
    return {name: next(iter(groups)) if len(groups) == 1 else SHARED for name, groups in users.items()}


def _constants(shape: Shape, *, is_input: bool = False) -> list[Shape]:
    """The shapes that get a name, each after those that it uses; an operation's input itself gets none."""
    found = [constant for child in _children(shape) for constant in _constants(child)]
    if not is_input and "(" in (text := _expression(shape, {}, "")) and not text.endswith("()"):
        found.append(shape)
    return found


def _children(shape: Shape) -> list[Shape]:
    if isinstance(shape, StructureShape):
        return list(shape.members.values())
    return [shape.member] if isinstance(shape, ListShape) else []


def _group_module(group: str, service: ServiceModel, homes: dict[str, str]) -> str:
    operations = [service.operation_model(name) for name in GROUPS[group]]
    constants = {
        shape.name: shape
        for operation in operations
        for shape in _constants(operation.input_shape, is_input=True)
        if homes[shape.name] == group
    }
    inputs = [f"{_quoted(one.name)}: {_expression(one.input_shape, homes, group)}" for one in operations]
    errors = [
        f"{_quoted(one.name)}: frozenset({{{', '.join(sorted(_quoted(shape.name) for shape in one.error_shapes))}}})"
        for one in operations
    ]
    body = "".join(f"{_constant(name)} = {_expression(shape, homes, group)}\n" for name, shape in constants.items())
    body += f"\nINPUTS: dict[str, StructureShape] = {{{', '.join(inputs)},}}\n"
    body += f"ERRORS: dict[str, frozenset[str]] = {{{', '.join(errors)},}}\n"
    title = f"ECR's operations on {group.replace('_', ' ')}: inputs and declared exceptions."
    return _module(title, body)


def _shared_module(service: ServiceModel, homes: dict[str, str]) -> str:
    constants = {
        shape.name: shape
        for name in service.operation_names
        for shape in _constants(service.operation_model(name).input_shape, is_input=True)
        if homes[shape.name] == SHARED
    }
    body = "".join(f"{_constant(name)} = {_expression(shape, homes, SHARED)}\n" for name, shape in constants.items())
    return _module("Shapes that several groups of ECR's operations use.", body)


def _index_module() -> str:
    modules = {operation: group for group, operations in GROUPS.items() for operation in operations}
    entries = ", ".join(f"{_quoted(operation)}: {_quoted(modules[operation])}" for operation in sorted(modules))
    title = "The module that has the input and the exceptions of each of ECR's operations."
    return _header(title) + f"MODULES: dict[str, str] = {{{entries},}}\n"


def _module(title: str, body: str) -> str:
    kinds = sorted({kind for kind in _KINDS.values() if re.search(rf"\b{kind}\b", body)})
    shared = sorted(set(re.findall(rf"\b{SHARED}\.(\w+)", body)))
    imports = f"from moorage.wire.ecr.model.{SHARED} import {', '.join(shared)}\n" if shared else ""
    imports += f"from moorage.wire.shapes import {', '.join(kinds)}\n\n"
    return _header(title) + imports + re.sub(rf"\b{SHARED}\.(?=[A-Z])", "", body)


def _header(title: str) -> str:
    return f'"""{title}\n\nGenerated from botocore\'s model by `make shapes`: do not edit.\n"""\n\n'


def _expression(shape: Shape, homes: dict[str, str], module: str) -> str:
    """The shape as an expression of moorage.wire.shapes; its children by their names where they have one."""
    arguments = []
    if isinstance(shape, StructureShape):
        members = (f"{_quoted(name)}: {_reference(child, homes, module)}" for name, child in shape.members.items())
        arguments.append(f"{{{', '.join(members)}}}")
        if shape.required_members:
            arguments.append(f"frozenset({{{', '.join(sorted(map(_quoted, shape.required_members)))}}})")
    elif isinstance(shape, ListShape):
        arguments.append(_reference(shape.member, homes, module))
    elif isinstance(shape, StringShape) and shape.enum:
        listed = ", ".join(map(_quoted, shape.enum))
        arguments.append(f"enum=({listed}{',' * (len(shape.enum) == 1)})")
    elif pattern := shape.metadata.get("pattern"):
        arguments.append(f"pattern=r{_quoted(pattern)}")
    arguments += [f"{name}={shape.metadata[name]}" for name in ("min", "max") if _constrains(shape, name)]
    return f"{_KINDS[shape.type_name]}({', '.join(arguments)})"


def _constrains(shape: Shape, name: str) -> bool:
    is_length = shape.type_name not in {"integer", "long"}
    return name in shape.metadata and not (name == "min" and is_length and shape.metadata[name] == 0)


def _reference(shape: Shape, homes: dict[str, str], module: str) -> str:
    home = homes.get(shape.name)
    if home is None:
        return _expression(shape, homes, module)
    return _constant(shape.name) if home == module else f"{home}.{_constant(shape.name)}"


def _constant(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def _quoted(text: str) -> str:
    if '"' in text:
        raise ValueError(f"{text} needs another quotation mark")
    return f'"{text}"'


def _formatted(text: str) -> str:
    ruff = [str(Path(sys.executable).with_name("ruff")), "format", "--line-length=120", "-"]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True).stdout
