"""The access log's line of a request, made from the template's format and the request's event."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.support.template.reading import read_template


def access_log_line(event: Mapping[str, Any], status: int) -> dict[str, Any]:
    """What API Gateway writes for the event; variables that no test needs are "-", as for absent values."""
    context = event["requestContext"]
    known = {
        "requestId": context["requestId"],
        "identity.sourceIp": context["http"]["sourceIp"],
        "routeKey": context["routeKey"],
        "status": str(status),
    }
    stage = read_template()["Resources"]["HttpApiStage"]["Properties"]
    text = re.sub(
        r"\$context\.([A-Za-z.]+)", lambda found: known.get(found[1], "-"), stage["AccessLogSettings"]["Format"]
    )
    line: dict[str, Any] = json.loads(text)
    return line
