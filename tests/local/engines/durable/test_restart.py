"""ministack with its state on disk: killed, started again, with a disk that is full for a while."""

import json
import os
import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moorage_local.engines import installation, loopback
from moorage_local.engines.durable.answers import HANDLED_PATH
from moorage_local.engines.ministack import Ministack
from moorage_local.engines.process import EngineError
from moorage_local.stack import environment
from moorage_local.stack.resources import client, table_definition

TABLE = "moorage"
SERVICES = ("DYNAMODB", "DYNAMODB_STREAMS", "SQS", "KMS", "EVENTBRIDGE")


class Emulator:
    """One ministack that can be killed and started again."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.start()

    def start(self) -> None:
        seen = environment.engine_environment(os.environ, home=str(self.state))
        (port,) = loopback.free_ports(1)
        self.engine = Ministack(
            installation.engines_directory(), self.state / "dynamodb", seen, self.state / "log", port
        )
        self.engine.wait_until_ready()

    def kill_and_start(self) -> None:
        os.kill(self.engine.process.pid, signal.SIGKILL)
        self.engine.process.stop()
        self.start()

    def client(self, service: str) -> Any:
        endpoints = {f"AWS_ENDPOINT_URL_{name}": self.engine.url for name in SERVICES}
        return client(service, {**environment.aws_environment({}), **endpoints})

    def put(self, name: str, **attributes: Any) -> None:
        item = {"pk": {"S": name}, "sk": {"S": "#META"}, **attributes}
        self.client("dynamodb").put_item(TableName=TABLE, Item=item)

    def names(self) -> list[str]:
        return [item["pk"]["S"] for item in self.client("dynamodb").scan(TableName=TABLE)["Items"]]

    def changes(self) -> list[dict[str, Any]]:
        streams = self.client("dynamodbstreams")
        arn = streams.list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        return streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]

    def handled(self, record: dict[str, Any]) -> None:
        arn = self.client("dynamodbstreams").list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
        number = record["dynamodb"]["SequenceNumber"]
        loopback.post(self.engine.url + HANDLED_PATH, {"streamArn": arn, "sequenceNumber": number})


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    running = Emulator(tmp_path)
    running.client("dynamodb").create_table(**table_definition(TABLE))
    yield running
    running.engine.process.stop()


def test_items_of_every_kind_of_write_survive_a_kill(emulator: Emulator):
    dynamodb = emulator.client("dynamodb")
    for name in "abcdef":
        emulator.put(name, bytes={"B": b"\x00\xff"}, registry_id={"S": "r"}, repository_name={"S": name})
    key = {name: {"pk": {"S": name}, "sk": {"S": "#META"}} for name in "abcdefgh"}
    dynamodb.delete_item(TableName=TABLE, Key=key["a"])
    counting = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    dynamodb.update_item(TableName=TABLE, Key=key["b"], **counting)
    dynamodb.transact_write_items(
        TransactItems=[
            {"Delete": {"TableName": TABLE, "Key": key["c"]}},
            {"Update": {"TableName": TABLE, "Key": key["d"], **counting}},
            {"Put": {"TableName": TABLE, "Item": key["g"]}},
        ]
    )
    dynamodb.batch_write_item(
        RequestItems={TABLE: [{"DeleteRequest": {"Key": key["e"]}}, {"PutRequest": {"Item": key["h"]}}]}
    )
    before = dynamodb.scan(TableName=TABLE)["Items"]
    emulator.kill_and_start()
    dynamodb = emulator.client("dynamodb")
    assert dynamodb.scan(TableName=TABLE)["Items"] == before
    assert emulator.names() == ["b", "d", "f", "g", "h"]
    found = dynamodb.query(
        TableName=TABLE,
        IndexName="registry",
        KeyConditionExpression="registry_id = :r",
        ExpressionAttributeValues={":r": {"S": "r"}},
    )
    assert [item["pk"]["S"] for item in found["Items"]] == ["b", "d", "f"], "the index is built again"


def test_a_table_deleted_or_changed_stays_so(emulator: Emulator):
    dynamodb = emulator.client("dynamodb")
    emulator.put("old")
    dynamodb.delete_table(TableName=TABLE)
    dynamodb.create_table(**table_definition(TABLE))
    dynamodb.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    emulator.kill_and_start()
    assert emulator.names() == []
    assert emulator.changes() == []
    described = emulator.client("dynamodb").describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]
    assert described["AttributeName"] == "expires_at"


def test_changes_that_were_not_handled_come_again_and_others_do_not(emulator: Emulator):
    for name in "abc":
        emulator.put(name)
    before = emulator.changes()
    emulator.handled(before[0])
    emulator.kill_and_start()
    assert emulator.changes() == before[1:], "with their ids, times and sequence numbers"
    emulator.handled(before[2])
    emulator.kill_and_start()
    emulator.put("d")
    (last,) = emulator.changes()
    assert last["dynamodb"]["Keys"]["pk"] == {"S": "d"}


def test_messages_survive_with_their_receive_count_and_can_be_received_at_once(emulator: Emulator):
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "330"})["QueueUrl"]
    for body in ("done", "in hand", "waiting"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    (done,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=done["ReceiptHandle"])
    sqs.receive_message(QueueUrl=url)
    emulator.kill_and_start()
    sqs = emulator.client("sqs")
    url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
    counts = {message["Body"]: message["Attributes"]["ApproximateReceiveCount"] for message in received["Messages"]}
    assert counts == {"in hand": "2", "waiting": "1"}


def test_an_event_delivered_to_a_queue_survives(emulator: Emulator):
    sqs, events = emulator.client("sqs"), emulator.client("events")
    url = sqs.create_queue(QueueName="announced")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["moorage"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn}])
    events.put_events(Entries=[{"Source": "moorage", "DetailType": "one", "Detail": "{}"}])
    emulator.kill_and_start()
    events = emulator.client("events")
    events.put_events(Entries=[{"Source": "moorage", "DetailType": "two", "Detail": "{}"}])
    received = emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["detail-type"] for message in received] == ["one", "two"]


def test_a_key_still_decrypts_what_it_encrypted(emulator: Emulator):
    kms = emulator.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key)
    secret = kms.encrypt(KeyId="alias/mine", Plaintext=b"hello")["CiphertextBlob"]
    emulator.kill_and_start()
    assert emulator.client("kms").decrypt(CiphertextBlob=secret)["Plaintext"] == b"hello"


def test_while_the_disk_is_full_writes_are_refused_and_change_nothing(emulator: Emulator):
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    emulator.put("before")
    no_limit = resource.prlimit(emulator.engine.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(emulator.engine.process.pid, resource.RLIMIT_FSIZE, (4096, no_limit[1]))
    with pytest.raises(ClientError) as refused:
        emulator.put("refused")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert refused.value.response["Error"]["Code"] == "ServiceUnavailable"
    with pytest.raises(ClientError):
        sqs.send_message(QueueUrl=url, MessageBody="refused")
    assert emulator.names() == ["before"], "reading goes on, and sees nothing of it"
    assert len(emulator.changes()) == 1
    resource.prlimit(emulator.engine.process.pid, resource.RLIMIT_FSIZE, no_limit)
    emulator.put("after")
    emulator.kill_and_start()
    assert emulator.names() == ["after", "before"]
    assert "Messages" not in emulator.client("sqs").receive_message(QueueUrl=url)


def test_a_transaction_refused_by_a_full_disk_is_executed_when_it_is_repeated(emulator: Emulator):
    dynamodb = emulator.client("dynamodb")
    item = {"pk": {"S": "a"}, "sk": {"S": "#META"}}
    transaction = {"TransactItems": [{"Put": {"TableName": TABLE, "Item": item}}], "ClientRequestToken": "once"}
    no_limit = resource.prlimit(emulator.engine.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(emulator.engine.process.pid, resource.RLIMIT_FSIZE, (4096, no_limit[1]))
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(**transaction)
    resource.prlimit(emulator.engine.process.pid, resource.RLIMIT_FSIZE, no_limit)
    dynamodb.transact_write_items(**transaction)
    assert emulator.names() == ["a"]


def test_a_state_of_another_version_is_refused_in_one_line(emulator: Emulator):
    emulator.engine.process.stop()
    file = emulator.state / "dynamodb" / "state.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(EngineError) as refused:
        emulator.start()
    assert str(refused.value) == f"{file} has format 7; this version of Moorage reads format 1"


def test_what_an_earlier_version_saved_on_its_orderly_stop_is_taken_over(tmp_path: Path):
    directory = tmp_path / "dynamodb"
    directory.mkdir()
    table = {
        **{name: value for name, value in table_definition(TABLE).items() if name != "StreamSpecification"},
        "pk_name": "pk",
        "sk_name": "sk",
        "items": {"a": {"#META": {"pk": {"S": "a"}, "sk": {"S": "#META"}}}},
        "TableStatus": "ACTIVE",
        "CreationDateTime": int(time.time()),
        "TableArn": f"arn:aws:dynamodb:us-east-1:000000000000:table/{TABLE}",
        "TableId": "5a1c4c0e-0000-4000-8000-000000000000",
        "LocalSecondaryIndexes": [],
        "ProvisionedThroughput": {},
    }
    tables = {"__account_region_scoped__": True, "data": {f"000000000000\0us-east-1\0'{TABLE}'": table}}
    saved = {"__ministack_format__": 2, "payload": {"tables": tables}}
    (directory / "dynamodb.json").write_text(json.dumps(saved))
    emulator = Emulator(tmp_path)
    assert emulator.names() == ["a"]
    emulator.kill_and_start()
    assert emulator.names() == ["a"]
    emulator.engine.process.stop()
