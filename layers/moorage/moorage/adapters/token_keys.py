"""The keys of tokens in AWS Secrets Manager: read when they are first needed, once per process.

The secret is JSON, as the template makes it and `moorage rotate-key` writes it:

    {"current_id": "b7c1…", "current": "64 characters", "former_id": "first", "former": "64 characters"}

The current key signs. The former one still verifies, until the next rotation or `rotate-key --end-all`.
"""

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, overload

from moorage.adapters.aws_errors import translated_errors
from moorage.domain.token import TokenKey

NAMES = ("current", "former")


class SecretTokenKeys(Sequence[TokenKey]):
    """The keys of a secret, as the ports have them: the first one signs."""

    def __init__(self, client: Callable[[], Any], secret_arn: str) -> None:
        """`client` makes boto3's client of Secrets Manager, which most processes never need."""
        self._client = client
        self._secret_arn = secret_arn

    @overload
    def __getitem__(self, place: int) -> TokenKey: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[TokenKey, ...]: ...
    def __getitem__(self, place: Any) -> Any:
        return self._keys[place]

    def __len__(self) -> int:
        return len(self._keys)

    @cached_property
    def _keys(self) -> tuple[TokenKey, ...]:
        with translated_errors():
            text = self._client().get_secret_value(SecretId=self._secret_arn)["SecretString"]
        return keys_of_secret(text)


def keys_of_secret(text: str) -> tuple[TokenKey, ...]:
    """The keys that a secret's text holds. Raises: ValueError, KeyError."""
    secret = json.loads(text)
    return tuple(TokenKey(secret[f"{name}_id"], secret[name].encode()) for name in NAMES if secret.get(name))
