"""The keys that sign tokens, in AWS Secrets Manager. They are read when first needed, and again after a rotation.

The secret is JSON, as the template makes it and `moorage rotate-key` writes it:

    {"current_id": "b7c1…", "current": "64 characters", "former_id": "first", "former": "64 characters",
     "rotated_at": 1800000000}

The current key signs. The former one still verifies, until the next rotation or `rotate-key --end-all`.

1. A process that gets a token with an unknown key reads the secret again, so a rotation needs no restart. Forged
   tokens cause at most one such read in MIN_AGE_SECONDS.
2. A process forgets a key that was removed after MAX_AGE_SECONDS at the latest.
3. While Secrets Manager does not answer, the keys that are known stay in use.
"""

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, overload

from moorage.adapters.aws_errors import translated_errors
from moorage.domain.errors import MoorageError
from moorage.domain.token import TokenKey

MIN_AGE_SECONDS = 10
MAX_AGE_SECONDS = 300
NAMES = ("current", "former")
_log = logging.getLogger("moorage.token_keys")


class SecretTokenKeys(Sequence[TokenKey]):
    """The keys of a secret, as the ports have them: the first one signs."""

    def __init__(self, client: Callable[[], Any], secret_arn: str, now: Callable[[], float]) -> None:
        """`client` makes boto3's client of Secrets Manager, which most processes never need."""
        self._client = client
        self._secret_arn = secret_arn
        self._now = now
        self._keys: tuple[TokenKey, ...] = ()
        self._read_at = 0.0

    @overload
    def __getitem__(self, place: int) -> TokenKey: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[TokenKey, ...]: ...
    def __getitem__(self, place: Any) -> Any:
        return self._current()[place]

    def __len__(self) -> int:
        return len(self._current())

    def refresh(self) -> bool:
        """Read the secret again, unless that was just done; returns whether the keys have changed."""
        before = self._keys
        if self._now() - self._read_at >= MIN_AGE_SECONDS:
            self._read()
        return self._keys != before

    def _current(self) -> tuple[TokenKey, ...]:
        if self._now() - self._read_at >= MAX_AGE_SECONDS:
            self._read()
        return self._keys

    def _read(self) -> None:
        try:
            with translated_errors():
                text = self._client().get_secret_value(SecretId=self._secret_arn)["SecretString"]
        except MoorageError:
            if not self._keys:
                raise
            _log.warning("The keys of tokens could not be read again", exc_info=True)
        else:
            self._keys = keys_of_secret(text)
        self._read_at = self._now()


def keys_of_secret(text: str) -> tuple[TokenKey, ...]:
    """The keys that a secret's text holds. Raises: ValueError, KeyError."""
    secret = json.loads(text)
    return tuple(TokenKey(secret[f"{name}_id"], secret[name].encode()) for name in NAMES if secret.get(name))
