"""The opaque `nextToken` of listings, in one place.

A token holds where the next page starts, and a hash of the query that it continues: the operation and every member
except `maxResults`. With another query it is refused. It is not a secret and gives no permission: a listing checks what
its caller may see before it reads the token.

    _TOKENS = PageTokens("ListImages", StringShape(max=300))

    start = _TOKENS.position(members)                      # None on the first page
    output["nextToken"] = _TOKENS.write(members, last)     # only if there is more
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moorage.domain.errors import InvalidParameterError, MoorageError
from moorage.wire.json_body import read_json
from moorage.wire.shapes import ListShape, Shape, StringShape

_MEMBER = "nextToken"
_NOT_OF_THE_QUERY = {_MEMBER, "maxResults"}
_HASH_CHARACTERS = 16
_CONTENT = ListShape(StringShape(), min=2, max=2)


@dataclass(frozen=True, slots=True)
class PageTokens:
    """The tokens of one operation; `start` is the shape of the JSON value that says where a page starts."""

    operation: str
    start: Shape

    def position(self, members: Mapping[str, Any]) -> Any:
        """Where the requested page starts; None for the first page.

        Raises: InvalidParameterError, which names nextToken, for anything but a token of the same query.
        """
        if _MEMBER not in members:
            return None
        try:
            query, start = _CONTENT.read(read_json(base64.urlsafe_b64decode(members[_MEMBER])), _MEMBER)
            position = self.start.read(read_json(start), _MEMBER)
        except (ValueError, MoorageError) as error:
            raise self._refusal() from error
        if query != self._query(members):
            raise self._refusal()
        return position

    def write(self, members: Mapping[str, Any], position: Any) -> str:
        """The token of the page that starts at this position, for the query of these members."""
        content = json.dumps([self._query(members), json.dumps(position)])
        return base64.urlsafe_b64encode(content.encode()).decode()

    def _query(self, members: Mapping[str, Any]) -> str:
        named = {name: value for name, value in members.items() if name not in _NOT_OF_THE_QUERY}
        query = json.dumps([self.operation, named], sort_keys=True)
        return hashlib.sha256(query.encode()).hexdigest()[:_HASH_CHARACTERS]

    def _refusal(self) -> InvalidParameterError:
        return InvalidParameterError(_MEMBER, f"must be a token that {self.operation} answered for the same request")
