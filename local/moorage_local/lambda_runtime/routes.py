"""The routes of the HTTP API as template.yaml declares them: which function answers which request."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moorage_local.lambda_runtime import functions as lambda_functions
from moorage_local.lambda_runtime.functions import Function


@dataclass(frozen=True, slots=True)
class Route:
    """`key` as API Gateway writes it: `POST /`, `ANY /things/{proxy+}`."""

    key: str
    function: str

    def matches(self, method: str, path: str) -> Mapping[str, str] | None:
        """The path parameters, or None if the request is not for this route."""
        wanted_method, _, wanted_path = self.key.partition(" ")
        if wanted_method not in ("ANY", method):
            return None
        matched = _pattern(wanted_path).fullmatch(path)
        return matched.groupdict() if matched else None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """`{name}` is one part of a path, `{name+}` is the rest of it."""
    greedy = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", path)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", greedy))


ROUTES = (
    Route("POST /", "ecr_api"),
    *(
        Route(f"POST /r/{operation}/{{repository+}}", "direct_api")
        for operation in (
            "AbandonDirectUpload",
            "CompleteDirectUpload",
            "DescribeDirectUpload",
            "InitiateDirectUpload",
            "ListDirectParts",
        )
    ),
    Route("POST /r/{operation}/{repository+}", "ecr_api"),
    Route("POST /direct-uploads", "direct_api"),
    Route("ANY /direct-uploads/{proxy+}", "direct_api"),
    Route("ANY /v2", "oci_api"),
    Route("ANY /v2/", "oci_api"),
    Route("ANY /v2/{proxy+}", "oci_api"),
)
"""The first matching route is used. A route whose function is not loaded answers 404."""
STREAMED = frozenset({"oci_api"})
"""Not loaded here: a route of the gateway answers for it, with bodies of any size (oci_api.py)."""


def load_functions(directory: Path, routes: Sequence[Route] = ROUTES) -> dict[str, Function]:
    """Load every function that a route names and the checkout has, except those whose bodies are streamed."""
    names = {route.function for route in routes} - STREAMED
    return {
        name: lambda_functions.load(directory / name) for name in names if lambda_functions.exists(directory / name)
    }
