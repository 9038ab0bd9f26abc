"""A rotation with Secrets Manager: two keys are valid, and functions that run find the new one."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moorage.adapters.token_keys import MAX_AGE_SECONDS, MIN_AGE_SECONDS, SecretTokenKeys
from moorage.domain.caller import Access, Scope
from moorage.domain.token import LIFETIME_SECONDS, TokenError, issue_token, sign_token, verify_token
from moorage_cli.rotate_key_command import RotationError, rotate
from moorage_local.engines import loopback

from tests.support.callers import owner
from tests.support.fakes.world import Clock
from tests.support.secrets_manager import running_secrets_manager

AS_THE_TEMPLATE_MAKES_IT = '{"current_id": "first", "current": "' + "k" * 64 + '"}'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """boto3's, of the emulator."""
    with running_secrets_manager(tmp_path_factory.mktemp("secrets")) as url:
        yield boto3.client("secretsmanager", endpoint_url=url, region_name="us-east-1")


@dataclass
class Stage:
    """A secret, and processes that know its keys."""

    client: Any
    arn: str
    clock: Clock
    reads: int = 0

    def process(self) -> SecretTokenKeys:
        """A new one."""
        return SecretTokenKeys(lambda: self, self.arn, self.clock)

    def get_secret_value(self, **members: Any) -> Any:
        """As boto3's client has it, counted."""
        self.reads += 1
        return self.client.get_secret_value(**members)

    def rotate(self, *, end_all: bool = False) -> str:
        """The command."""
        return rotate(self.client, self.arn, self.clock.now, end_all=end_all)

    def token(self, keys: SecretTokenKeys) -> str:
        """One that a process signs."""
        return sign_token(issue_token(owner(), Scope(Access.PULL, "*"), self.clock.now), keys[0])

    def accepts(self, keys: SecretTokenKeys, text: str) -> bool:
        """Whether a process takes it, with what it knows."""
        try:
            verify_token(text, tuple(keys), self.clock.now)
        except TokenError:
            return False
        return True


@pytest.fixture
def stage(client: Any) -> Stage:
    arn = client.create_secret(Name=uuid.uuid4().hex, SecretString=AS_THE_TEMPLATE_MAKES_IT)["ARN"]
    return Stage(client, arn, Clock())


def test_both_keys_are_valid_after_a_rotation_and_the_new_one_signs(stage: Stage):
    before = stage.token(stage.process())
    stage.rotate()
    process = stage.process()
    after = stage.token(process)
    assert before.split(".")[1] == "first"
    assert after.split(".")[1] != "first"
    assert stage.accepts(process, before)
    assert stage.accepts(process, after)


def test_a_process_that_runs_finds_the_new_key_when_it_first_meets_it(stage: Stage):
    running = stage.process()
    assert len(running) == 1
    stage.rotate()
    after = stage.token(stage.process())
    stage.clock.sleep(MIN_AGE_SECONDS)
    assert not stage.accepts(running, after)
    assert running.refresh()
    assert stage.accepts(running, after)
    assert not running.refresh()


def test_invented_tokens_cause_few_reads(stage: Stage):
    running = stage.process()
    stage.token(running)
    for _ in range(100):
        assert not running.refresh()
        stage.clock.sleep(MIN_AGE_SECONDS / 50)
    assert stage.reads <= 4


def test_ending_all_tokens_reaches_processes_that_run(stage: Stage):
    running = stage.process()
    text = stage.token(running)
    assert "end within five minutes" in stage.rotate(end_all=True)
    stage.clock.sleep(MAX_AGE_SECONDS)
    assert not stage.accepts(running, text)


def test_a_second_rotation_waits_for_the_tokens_of_the_former_key(stage: Stage):
    first = stage.token(stage.process())
    stage.rotate()
    with pytest.raises(RotationError, match="--end-all ends them now"):
        stage.rotate()
    assert stage.accepts(stage.process(), first)
    stage.clock.sleep(LIFETIME_SECONDS)
    stage.rotate()


def test_keys_stay_in_use_while_secrets_manager_does_not_answer(stage: Stage):
    running = stage.process()
    text = stage.token(running)
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    nowhere = f"http://127.0.0.1:{loopback.free_ports(1)[0]}"
    stage.client = boto3.client("secretsmanager", endpoint_url=nowhere, region_name="us-east-1", config=config)
    stage.clock.sleep(MAX_AGE_SECONDS)
    assert stage.accepts(running, text)
    assert stage.reads == 2
