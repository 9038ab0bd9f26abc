"""Settings of a registry that its users can change through the API (Get- and PutAccountSetting)."""

from moorage.domain.errors import InvalidParameterError

BLOB_MOUNTING = "BLOB_MOUNTING"
VALUES: dict[str, tuple[str, ...]] = {
    "BASIC_SCAN_TYPE_VERSION": ("AWS_NATIVE",),
    "REGISTRY_POLICY_SCOPE": ("V2",),
    BLOB_MOUNTING: ("ENABLED", "DISABLED"),
}
"""Each setting with the values that it takes, the default first (ECR API reference, PutAccountSetting)."""


def default_value(name: str) -> str:
    """The value of a setting that nobody changed.

    Raises: InvalidParameterError for an unknown setting.
    """
    if name not in VALUES:
        raise InvalidParameterError("name", f"must be one of {', '.join(VALUES)}")
    return VALUES[name][0]


def check_value(name: str, value: str) -> None:
    """Raises: InvalidParameterError for an unknown setting, or an invalid value."""
    default_value(name)
    if value not in VALUES[name]:
        raise InvalidParameterError("value", f"must be one of {', '.join(VALUES[name])} where name is {name}")
