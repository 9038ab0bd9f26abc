"""Handlers of the OCI protocol that list a repository's tags and the registry's repositories."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from moorage.domain.caller import Call
from moorage.usecases.images.listing.list_tags import ListTags, list_tags
from moorage.usecases.ports import Ports
from moorage.usecases.repositories.list_repository_names import ListRepositoryNames, list_repository_names
from moorage.wire.http import HttpResponse
from moorage.wire.oci._members import OciAnswer, repository_of, shape
from moorage.wire.operation import Members, Operation

MAX_PAGE = 1000
"""Names in one page, if the client asks for no number or for more. The specification lets a registry answer less."""


def _list_tags(members: Members, call: Call, ports: Ports) -> OciAnswer:
    repository, limit = repository_of(members, call), _limit(members)
    page = list_tags(ListTags(repository=repository, after=members.get("last", ""), limit=limit), ports)
    following = page.tags[-1] if page.has_more else None
    return _listing(f"/v2/{repository.name}/tags/list", {"name": repository.name, "tags": page.tags}, limit, following)


def _list_repositories(members: Members, call: Call, ports: Ports) -> OciAnswer:
    limit = _limit(members)
    if limit == 0:
        return _listing("/v2/_catalog", {"repositories": []}, 0, None)
    query = ListRepositoryNames(registry_id=call.registry.registry_id, after=members.get("last") or None, limit=limit)
    names, following = list_repository_names(query, ports)
    return _listing("/v2/_catalog", {"repositories": names}, limit, following)


def _limit(members: Members) -> int:
    asked: int = members.get("n", MAX_PAGE)
    return min(asked, MAX_PAGE)


def _listing(path: str, body: dict[str, Any], limit: int, following: str | None) -> OciAnswer:
    headers = {"Content-Type": "application/json"}
    if following is not None:
        query = urlencode({"n": limit, "last": following}, quote_via=quote)
        headers["Link"] = f'<{path}?{query}>; rel="next"'
    return OciAnswer(HttpResponse(200, json.dumps(body), headers))


OPERATIONS = (
    Operation("ListTags", shape("repositoryName", optional=("n", "last")), _list_tags, frozenset(), "ecr:ListImages"),
    Operation("ListRepositories", shape(optional=("n", "last")), _list_repositories, frozenset(), "ecr:ListImages"),
)
