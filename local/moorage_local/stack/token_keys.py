"""The key that signs tokens and upload sessions outside AWS: random, and kept in the state directory."""

import hashlib
import secrets
from pathlib import Path

VARIABLE = "MOORAGE_TOKEN_KEYS"
_FILE = "token-keys"
_SECRET_BYTES = 32


def derived_token_keys(name: str) -> str:
    """For a stack without a state directory: the same for the same name, and no secret."""
    return f"local:{hashlib.sha256(name.encode()).hexdigest()}"


def kept_token_keys(state: Path) -> str:
    """The same key after a restart, so that an upload that was interrupted can continue."""
    file = state / _FILE
    if not file.exists():
        state.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(f"{secrets.token_hex(4)}:{secrets.token_hex(_SECRET_BYTES)}")
        new.replace(file)
    return file.read_text()
