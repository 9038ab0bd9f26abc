import pytest
from moorage.domain.errors import ExclusionAlreadyExistsError, ExclusionNotFoundError, InvalidParameterError
from moorage.usecases.settings.account_settings import PutAccountSetting, get_account_setting, put_account_setting
from moorage.usecases.settings.describe_registry import describe_registry
from moorage.usecases.settings.pull_time_exclusions import (
    ListPullTimeExclusions,
    deregister_pull_time_exclusion,
    list_pull_time_exclusions,
    register_pull_time_exclusion,
)

from tests.support.fakes.world import World

ROLE = "arn:aws:iam::111122223333:role/scanner"


def test_a_setting_has_its_default_until_somebody_puts_another_value(world: World):
    assert get_account_setting("BLOB_MOUNTING", world.ports) == "ENABLED"
    put_account_setting(PutAccountSetting("BLOB_MOUNTING", "DISABLED"), world.ports)
    assert get_account_setting("BLOB_MOUNTING", world.ports) == "DISABLED"


def test_an_unknown_setting_is_refused_and_kept_out(world: World):
    with pytest.raises(InvalidParameterError):
        get_account_setting("NOPE", world.ports)
    with pytest.raises(InvalidParameterError):
        put_account_setting(PutAccountSetting("BLOB_MOUNTING", "PERHAPS"), world.ports)
    assert world.records.settings == {}


def test_a_principal_is_excluded_once_and_until_it_is_taken_off_the_list(world: World):
    assert register_pull_time_exclusion(ROLE, world.ports).created_at == world.clock.now
    world.clock.now += 1
    with pytest.raises(ExclusionAlreadyExistsError):
        register_pull_time_exclusion(ROLE, world.ports)
    page = list_pull_time_exclusions(ListPullTimeExclusions(), world.ports)
    assert [each.principal_arn for each in page.found] == [ROLE]
    deregister_pull_time_exclusion(ROLE, world.ports)
    with pytest.raises(ExclusionNotFoundError):
        deregister_pull_time_exclusion(ROLE, world.ports)


def test_the_registry_replicates_nothing(world: World):
    description = describe_registry(world.ports)
    assert (description.registry_id, description.replication_rules) == (world.registry_id, ())
