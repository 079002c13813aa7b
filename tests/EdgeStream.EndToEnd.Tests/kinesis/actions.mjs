// Every action of the API with the AWS SDK for JavaScript v3, as it comes: HTTP/2 with prior knowledge where the endpoint is
// plain, ALPN where it is not. Arguments: the folder of npm packages, the endpoint, access key id, secret.
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const [, , modules, endpoint, accessKeyId, secretAccessKey] = process.argv;
const K = createRequire(modules + '/')('@aws-sdk/client-kinesis');
const clientOf = (secret) =>
  new K.KinesisClient({
    endpoint, region: 'eu-central-1', maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: secret },
  });
const client = clientOf(secretAccessKey);
assert.equal(client.config.requestHandler.constructor.name, 'NodeHttp2Handler');
const call = (action, input = {}) => client.send(new K[action + 'Command'](input));
const refused = async (name, action, input, from = call) => {
  await assert.rejects(() => from(action, input), (error) => {
    assert.equal(error.name, name, `${action}: ${error.name}: ${error.message}`);
    return true;
  });
};

const StreamName = 's';
const shard = (number) => `shardId-${String(number).padStart(12, '0')}`;
await call('CreateStream', { StreamName, ShardCount: 1, Tags: { made: 'now' } });
await refused('ResourceInUseException', 'CreateStream', { StreamName, ShardCount: 1 });
await refused('LimitExceededException', 'CreateStream', { StreamName: 't', ShardCount: 1000 });
await refused('ValidationException', 'CreateStream', { StreamName: 'no name', ShardCount: 1 });
const { StreamDescription } = await call('DescribeStream', { StreamName });
const { StreamARN } = StreamDescription;
assert.equal(StreamDescription.StreamStatus, 'ACTIVE');
await refused('ResourceNotFoundException', 'DescribeStream', { StreamName: 'none' });
assert.equal((await call('DescribeStreamSummary', { StreamARN })).StreamDescriptionSummary.OpenShardCount, 1);
assert.ok((await call('ListStreams')).StreamNames.includes(StreamName));
assert.ok((await call('DescribeLimits')).ShardLimit > 0);

const Data = Buffer.from('päyload');
const put = await call('PutRecord', { StreamName, PartitionKey: 'kéy', Data });
await refused('ResourceNotFoundException', 'PutRecord', { StreamName: 'none', PartitionKey: 'k', Data });
await refused('InvalidArgumentException', 'PutRecord', {
  StreamName, PartitionKey: 'k', Data, ExplicitHashKey: '9'.repeat(39),
});
const many = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `k${i}`, Data: Buffer.from(`record ${i}`) }));
const batch = await call('PutRecords', { StreamARN, Records: many });
assert.equal(batch.FailedRecordCount, 0);
await refused('ValidationException', 'PutRecords', { StreamARN, Records: [...many, many[0]] });
const { ShardIterator } = await call('GetShardIterator', {
  StreamName, ShardId: shard(0), ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: put.SequenceNumber,
});
await refused('ResourceNotFoundException', 'GetShardIterator', {
  StreamName, ShardId: shard(9), ShardIteratorType: 'LATEST',
});
await refused('InvalidArgumentException', 'GetShardIterator', {
  StreamName, ShardId: shard(0), ShardIteratorType: 'AT_TIMESTAMP',
});
const read = await call('GetRecords', { ShardIterator });
assert.deepEqual(Buffer.from(read.Records[0].Data), Data);
assert.equal(read.Records[0].PartitionKey, 'kéy');
assert.deepEqual(
  read.Records.slice(1).map((record) => [record.SequenceNumber, Buffer.from(record.Data).toString()]),
  batch.Records.map((record, i) => [record.SequenceNumber, `record ${i}`]));
await refused('InvalidArgumentException', 'GetRecords', { ShardIterator: 'AAAA' });

const { Consumer } = await call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'fan' });
await refused('ResourceInUseException', 'RegisterStreamConsumer', { StreamARN, ConsumerName: 'fan' });
await refused('ResourceInUseException', 'DeleteStream', { StreamName });
const { ConsumerARN } = Consumer;
assert.equal((await call('DescribeStreamConsumer', { ConsumerARN })).ConsumerDescription.ConsumerStatus, 'ACTIVE');
assert.equal((await call('ListStreamConsumers', { StreamARN })).Consumers.length, 1);
const subscription = await call('SubscribeToShard', {
  ConsumerARN, ShardId: shard(0), StartingPosition: { Type: 'TRIM_HORIZON' },
});
await refused('ResourceInUseException', 'SubscribeToShard', {
  ConsumerARN, ShardId: shard(0), StartingPosition: { Type: 'LATEST' },
});
const pushed = [];
let children;
let last;
for await (const { SubscribeToShardEvent: event } of subscription.EventStream) {
  pushed.push(...event.Records);
  children = event.ChildShards;
  if (pushed.length === 501) {
    // What is put now is pushed, then the shard is closed.
    last = await call('PutRecord', { StreamName, PartitionKey: 'k', Data });
  } else if (pushed.length === 502 && !children?.length) {
    await call('SplitShard', { StreamName, ShardToSplit: shard(0), NewStartingHashKey: '1000' });
  }
}
assert.equal(pushed.length, 502);
assert.equal(pushed[501].SequenceNumber, last.SequenceNumber);
assert.deepEqual(children.map((child) => child.ShardId), [shard(1), shard(2)]);

await refused('InvalidArgumentException', 'SplitShard', { StreamName, ShardToSplit: shard(0), NewStartingHashKey: '9' });
await refused('InvalidArgumentException', 'SplitShard', { StreamName, ShardToSplit: shard(1), NewStartingHashKey: '0' });
await call('MergeShards', { StreamName, ShardToMerge: shard(1), AdjacentShardToMerge: shard(2) });
await refused('ResourceNotFoundException', 'MergeShards', {
  StreamName, ShardToMerge: shard(8), AdjacentShardToMerge: shard(9),
});
const scaled = await call('UpdateShardCount', { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
assert.deepEqual([scaled.CurrentShardCount, scaled.TargetShardCount], [1, 2]);
await refused('LimitExceededException', 'UpdateShardCount', {
  StreamName, TargetShardCount: 5, ScalingType: 'UNIFORM_SCALING',
});
assert.equal((await call('ListShards', { StreamName, ShardFilter: { Type: 'AT_LATEST' } })).Shards.length, 2);
await refused('InvalidArgumentException', 'ListShards', { StreamName, NextToken: 'x' });

await call('AddTagsToStream', { StreamName, Tags: { a: '1' } });
await refused('InvalidArgumentException', 'AddTagsToStream', { StreamName, Tags: { a: '?' } });
await call('TagResource', { ResourceARN: ConsumerARN, Tags: { b: '2' } });
assert.deepEqual((await call('ListTagsForStream', { StreamName })).Tags.map((tag) => tag.Key), ['a', 'made']);
assert.deepEqual((await call('ListTagsForResource', { ResourceARN: ConsumerARN })).Tags, [{ Key: 'b', Value: '2' }]);
await call('UntagResource', { ResourceARN: ConsumerARN, TagKeys: ['b'] });
await call('RemoveTagsFromStream', { StreamName, TagKeys: ['a'] });
await call('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 48 });
await refused('InvalidArgumentException', 'IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 24 });
await call('DecreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 24 });
await call('EnableEnhancedMonitoring', { StreamName, ShardLevelMetrics: ['ALL'] });
await call('DisableEnhancedMonitoring', { StreamName, ShardLevelMetrics: ['ALL'] });
await refused('KMSNotFoundException', 'StartStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/x' });
await call('StopStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/x' });
await call('PutResourcePolicy', { ResourceARN: StreamARN, Policy: '{"Version":"2012-10-17"}' });
assert.equal((await call('GetResourcePolicy', { ResourceARN: StreamARN })).Policy, '{"Version":"2012-10-17"}');
await call('DeleteResourcePolicy', { ResourceARN: StreamARN });
await refused('ResourceNotFoundException', 'GetResourcePolicy', { ResourceARN: StreamARN });
await refused('ValidationException', 'UpdateStreamWarmThroughput', { StreamARN, WarmThroughputMiBps: 5 });
await call('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
await refused('ValidationException', 'UpdateShardCount', {
  StreamName, TargetShardCount: 1, ScalingType: 'UNIFORM_SCALING',
});
await call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } });
assert.equal((await call('DescribeAccountSettings')).MinimumThroughputBillingCommitment.Status, 'ENABLED');
await call('UpdateStreamWarmThroughput', { StreamARN, WarmThroughputMiBps: 5 });
await refused('ValidationException', 'PutRecord', { StreamName, PartitionKey: 'k', Data: Buffer.alloc(3 << 20) });
await call('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 4096 });
await call('PutRecord', { StreamName, PartitionKey: 'k', Data: Buffer.alloc(3 << 20) });
await call('DeregisterStreamConsumer', { ConsumerARN });
await refused('ResourceNotFoundException', 'DeregisterStreamConsumer', { ConsumerARN });
await refused('ResourceInUseException', 'DeleteStream', { StreamName: 'readings' });

const stranger = clientOf('wrong');
await refused('InvalidSignatureException', 'ListStreams', {}, (action, input) =>
  stranger.send(new K[action + 'Command'](input)));
await call('DeleteStream', { StreamName, EnforceConsumerDeletion: true });
client.destroy();
stranger.destroy();
console.log('every action');
