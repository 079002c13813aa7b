"""boto3 as Debian ships it: puts records, reads them back over a split, and subscribes. Arguments: endpoint, key id, secret."""
import sys

import boto3
from botocore.exceptions import ClientError

endpoint, key, secret = sys.argv[1:]
client = boto3.client(
    "kinesis", endpoint_url=endpoint, region_name="us-west-2", aws_access_key_id=key, aws_secret_access_key=secret)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"{code} was not raised")


def read(shard):
    iterator = client.get_shard_iterator(StreamName="b", ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    texts = []
    while iterator:
        answer = client.get_records(ShardIterator=iterator)
        texts += [record["Data"].decode() for record in answer["Records"]]
        if not answer["Records"] and answer.get("NextShardIterator"):
            break
        iterator = answer.get("NextShardIterator")
    return texts


client.create_stream(StreamName="b", StreamModeDetails={"StreamMode": "ON_DEMAND"})
client.get_waiter("stream_exists").wait(StreamName="b")
refused("ResourceInUseException", client.create_stream, StreamName="b", ShardCount=1)
refused("ResourceNotFoundException", client.describe_stream, StreamName="none")
shards = [shard["ShardId"] for shard in client.list_shards(StreamName="b")["Shards"]]
assert len(shards) == 4, shards
expected = [f"record {i}" for i in range(1000)]
for first in range(0, 1000, 500):
    answer = client.put_records(
        StreamName="b", Records=[{"Data": text, "PartitionKey": text} for text in expected[first:first + 500]])
    assert answer["FailedRecordCount"] == 0
assert sorted(sum((read(shard) for shard in shards), [])) == sorted(expected)
arn = client.describe_stream_summary(StreamName="b")["StreamDescriptionSummary"]["StreamARN"]
consumer = client.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
events = client.subscribe_to_shard(
    ConsumerARN=consumer, ShardId=shards[0], StartingPosition={"Type": "TRIM_HORIZON"})["EventStream"]
client.split_shard(StreamName="b", ShardToSplit=shards[0], NewStartingHashKey="1000")
pushed = []
for event in events:
    pushed += [record["Data"].decode() for record in event["SubscribeToShardEvent"]["Records"]]
assert pushed == read(shards[0])
client.delete_stream(StreamName="b", EnforceConsumerDeletion=True)
print("round trip")
