from moorage.domain.repositories.creation_template import (
    CREATE_ON_PUSH,
    ROOT,
    CreationTemplate,
    choose_template,
    covering_prefixes,
    normalized_prefix,
)


def template(prefix: str, *scenarios: str) -> CreationTemplate:
    return CreationTemplate(prefix=prefix, applied_for=scenarios or (CREATE_ON_PUSH,), created_at=1, updated_at=1)


def chosen(name: str, *templates: CreationTemplate) -> str | None:
    found = choose_template(templates, name, CREATE_ON_PUSH)
    return found and found.prefix


def test_the_longest_prefix_wins_and_root_covers_the_rest() -> None:
    templates = [template(ROOT), template("prod"), template("prod/team")]
    assert chosen("prod/team/app", *templates) == "prod/team"
    assert chosen("prod/team", *templates) == "prod"
    assert chosen("production/app", *templates) == ROOT
    assert chosen("app", *templates) == ROOT


def test_a_template_for_other_scenarios_is_ignored() -> None:
    assert chosen("prod/app", template("prod", "REPLICATION"), template(ROOT)) == ROOT
    assert chosen("prod/app", template("prod", "PULL_THROUGH_CACHE")) is None


def test_the_prefixes_that_can_cover_a_repository_are_few_and_known() -> None:
    assert covering_prefixes("a/b/c") == ["a/b", "a", ROOT]
    assert covering_prefixes("a") == [ROOT]
    assert normalized_prefix("ecr-public/") == normalized_prefix("ecr-public") == "ecr-public"
