"""GetAccountSetting and PutAccountSetting: settings that hold for the whole registry."""

from dataclasses import dataclass

from moorage.domain.account_setting import check_value, default_value
from moorage.usecases.ports import Ports


@dataclass(frozen=True, slots=True)
class PutAccountSetting:
    """The setting's name and its new value."""

    name: str
    value: str


def get_account_setting(name: str, ports: Ports) -> str:
    """The setting's value, or its default where nobody put one.

    Raises: InvalidParameterError for an unknown setting.
    """
    default = default_value(name)
    return ports.settings.get_setting(ports.limits.registry_id, name) or default


def put_account_setting(command: PutAccountSetting, ports: Ports) -> None:
    """Keep the value.

    Raises: InvalidParameterError for an unknown setting, and for an invalid value.
    """
    check_value(command.name, command.value)
    ports.settings.put_setting(ports.limits.registry_id, command.name, command.value)
