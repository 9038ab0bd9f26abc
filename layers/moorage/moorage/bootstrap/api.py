"""The ports of the functions that answer requests."""

import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence

from moorage import clock
from moorage.adapters.libcrypto import LibcryptoHasher
from moorage.bootstrap.adapters import Adapters
from moorage.bootstrap.limits import limits_of
from moorage.bootstrap.start import made_now, made_when_used
from moorage.domain.policy.request import NOBODY
from moorage.domain.registry import Registry
from moorage.domain.token import TokenKey
from moorage.settings import Settings
from moorage.usecases.ports import Ports


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; SettingsError names everything that is missing."""
    return Settings.from_mapping(environment)


def compose(settings: Settings, *, on_demand: bool = False) -> Ports:
    """Ports on AWS, or on the endpoints in botocore's environment variables (AWS_ENDPOINT_URL_S3 …).

    `on_demand`: a request waits for them, so that most are made when they are first used.
    """
    make = Adapters(settings)
    later = made_when_used if on_demand else made_now
    token_keys, refresh_token_keys = _token_keys(settings, make)
    return Ports(
        repositories=make.repositories(),
        uploads=later(make.uploads),
        catalog=later(make.catalog),
        images=later(make.images),
        removals=later(make.removals),
        manifests=later(make.manifests),
        content=later(make.content),
        hasher=LibcryptoHasher(),
        sleep=time.sleep,
        verifications=later(make.verifications),
        direct=later(make.direct),
        completions=later(make.completions),
        settings=later(make.registry_settings),
        policies=later(make.policies),
        access=NOBODY,
        lifecycle=later(make.lifecycle),
        lifecycle_images=later(make.lifecycle_images),
        unused_layers=later(make.unused_layers),
        token_keys=token_keys,
        refresh_token_keys=refresh_token_keys,
        limits=limits_of(settings),
        now=clock.now,
        new_id=lambda: str(uuid.uuid4()),
    )


def _token_keys(settings: Settings, make: Adapters) -> tuple[Sequence[TokenKey], Callable[[], bool]]:
    if settings.token_keys or settings.token_secret_arn is None:
        return settings.token_keys, _never
    keys = make.token_keys(settings.token_secret_arn)
    return keys, keys.refresh


def _never() -> bool:
    return False


def registry_of(settings: Settings) -> Registry:
    """The registry's id, region and domain name, for responses."""
    return Registry(settings.registry_id, settings.region, settings.domain_name)
