import pytest
from moorage.domain.account_setting import VALUES, check_value, default_value
from moorage.domain.errors import InvalidParameterError


def test_every_setting_takes_its_default() -> None:
    for name in VALUES:
        check_value(name, default_value(name))
    check_value("BLOB_MOUNTING", "DISABLED")


@pytest.mark.parametrize(("name", "value", "member"), [("NOPE", "V2", "name"), ("BLOB_MOUNTING", "V2", "value")])
def test_an_unknown_name_or_value_is_refused_by_its_member(name: str, value: str, member: str) -> None:
    with pytest.raises(InvalidParameterError) as refused:
        check_value(name, value)
    assert refused.value.member == member
