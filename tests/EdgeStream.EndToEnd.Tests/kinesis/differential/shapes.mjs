// What the actions take, from the public API reference. `valid` names what exists, or for an action that changes
// something what does not: so a fault that one server overlooks changes nothing.
const S = 'a-reads';
const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/';
const CONSUMER = `${ARN}none/consumer/none:1700000000`;

const text = (valid, min, max, pattern) => ({ kind: 'text', valid, min, max, pattern });
const integer = (valid, min, max) => ({ kind: 'integer', valid, min, max });
const word = (...values) => ({ kind: 'word', valid: values[0], values });
const list = (of, min, max, valid = [of.valid]) => ({ kind: 'list', of, min, max, valid });
const structure = (members) => ({
  kind: 'structure',
  members,
  valid: Object.fromEntries(
    Object.entries(members).filter(([, one]) => !one.optional).map(([name, one]) => [name, one.valid])),
});
const optional = (shape) => ({ ...shape, optional: true });
/** What the service has had since 2022 only. */
const recent = (shape) => ({ ...shape, optional: true, recent: true });

const name = (valid) => text(valid, 1, 128, true);
const hashKey = text('0', undefined, undefined, true);
const sequence = text('0', undefined, undefined, true);
const arn = (valid) => text(valid, 1, 2048, true);
const time = { kind: 'time', valid: 1_700_000_000 };
const data = { kind: 'blob', valid: 'aGVsbG8=' };
const tags = { kind: 'map', valid: { a: 'b' }, max: 200, keyMax: 128, valueMax: 256 };
const tagKeys = list(text('a', 1, 128), 1, 50);
const limit = (max = 10_000) => optional(integer(2, 1, max));
const mode = structure({ StreamMode: word('PROVISIONED', 'ON_DEMAND') });
const iteratorType = word('TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER');
const stream = (of = 'none') => ({ StreamName: name(of), StreamARN: recent({ ...arn(ARN + of), alone: 'StreamName' }) });
const metrics = list(word('ALL', 'IncomingBytes'), 1, 7);

/** The actions that kinesalite has. */
export const CLASSIC = {
  AddTagsToStream: { ...stream(), Tags: tags },
  CreateStream: { StreamName: name(S), ShardCount: integer(1, 1, 100_000), StreamModeDetails: recent(mode), Tags: recent(tags) },
  DecreaseStreamRetentionPeriod: { ...stream(), RetentionPeriodHours: integer(30, 1) },
  DeleteStream: { ...stream(), EnforceConsumerDeletion: recent({ kind: 'boolean', valid: true }) },
  DescribeStream: { ...stream(S), Limit: limit(), ExclusiveStartShardId: optional(name('shardId-000000000000')) },
  DescribeStreamSummary: stream(S),
  GetRecords: { ShardIterator: text('AAAA', 1, 512), Limit: limit(), StreamARN: recent(arn(ARN + S)) },
  GetShardIterator: {
    ...stream(S), ShardId: name('shardId-000000000000'), ShardIteratorType: iteratorType,
    StartingSequenceNumber: optional(sequence), Timestamp: optional(time),
  },
  IncreaseStreamRetentionPeriod: { ...stream(), RetentionPeriodHours: integer(30, 1) },
  ListShards: {
    ...stream(S), NextToken: optional(text('AAAA', 1, 1 << 20)), ExclusiveStartShardId: optional(name('shardId-000000000000')),
    MaxResults: limit(), StreamCreationTimestamp: optional(time),
    ShardFilter: recent(structure({
      Type: word('AFTER_SHARD_ID', 'FROM_TRIM_HORIZON', 'AT_LATEST', 'AT_TIMESTAMP'), ShardId: optional(name('shardId-000000000000')), Timestamp: optional(time),
    })),
  },
  ListStreams: { Limit: limit(), ExclusiveStartStreamName: optional(name(S)), NextToken: recent(text('AAAA', 1, 1 << 20)) },
  ListTagsForStream: { ...stream(S), Limit: limit(50), ExclusiveStartTagKey: optional(text('a', 1, 128)) },
  MergeShards: { ...stream(), ShardToMerge: name('shardId-000000000000'), AdjacentShardToMerge: name('shardId-000000000001') },
  PutRecord: {
    ...stream('a-puts'), Data: data, PartitionKey: text('key', 1, 256), ExplicitHashKey: optional(hashKey),
    SequenceNumberForOrdering: optional(sequence),
  },
  PutRecords: {
    ...stream('a-puts'),
    Records: list(
      structure({ Data: data, PartitionKey: text('key', 1, 256), ExplicitHashKey: optional(hashKey) }), 1, 500),
  },
  RemoveTagsFromStream: { ...stream(), TagKeys: tagKeys },
  SplitShard: { ...stream(), ShardToSplit: name('shardId-000000000000'), NewStartingHashKey: hashKey },
};

/** The others of the present API. */
export const OTHERS = {
  DeleteResourcePolicy: { ResourceARN: arn(ARN + 'none') },
  DeregisterStreamConsumer: { StreamARN: optional(arn(ARN + 'none')), ConsumerName: optional(name('none')), ConsumerARN: optional(arn(CONSUMER)) },
  DescribeAccountSettings: {},
  DescribeLimits: {},
  DescribeStreamConsumer: { StreamARN: optional(arn(ARN + S)), ConsumerName: optional(name('none')), ConsumerARN: optional(arn(CONSUMER)) },
  DisableEnhancedMonitoring: { ...stream(), ShardLevelMetrics: metrics },
  EnableEnhancedMonitoring: { ...stream(), ShardLevelMetrics: metrics },
  GetResourcePolicy: { ResourceARN: arn(ARN + S) },
  ListStreamConsumers: { StreamARN: arn(ARN + S), NextToken: optional(text('AAAA', 1, 1 << 20)), MaxResults: limit(), StreamCreationTimestamp: optional(time) },
  ListTagsForResource: { ResourceARN: arn(ARN + S) },
  PutResourcePolicy: { ResourceARN: arn(ARN + 'none'), Policy: text('{}') },
  RegisterStreamConsumer: { StreamARN: arn(ARN + 'none'), ConsumerName: name('c'), Tags: optional(tags) },
  StartStreamEncryption: { ...stream(), EncryptionType: word('KMS', 'NONE'), KeyId: text('alias/aws/kinesis', 1, 2048) },
  StopStreamEncryption: { ...stream(), EncryptionType: word('KMS', 'NONE'), KeyId: text('alias/aws/kinesis', 1, 2048) },
  SubscribeToShard: {
    ConsumerARN: arn(CONSUMER), ShardId: name('shardId-000000000000'),
    StartingPosition: structure({ Type: iteratorType, SequenceNumber: optional(sequence), Timestamp: optional(time) }),
  },
  TagResource: { ResourceARN: arn(ARN + 'none'), Tags: tags },
  UntagResource: { ResourceARN: arn(ARN + 'none'), TagKeys: tagKeys },
  UpdateAccountSettings: { MinimumThroughputBillingCommitment: structure({ Status: word('DISABLED', 'ENABLED') }) },
  UpdateMaxRecordSize: { StreamARN: arn(ARN + 'none'), MaxRecordSizeInKiB: integer(2048, 1024, 10_240) },
  UpdateShardCount: { ...stream(), TargetShardCount: integer(2, 1), ScalingType: word('UNIFORM_SCALING') },
  UpdateStreamMode: { StreamARN: arn(ARN + 'none'), StreamModeDetails: mode },
  UpdateStreamWarmThroughput: { ...stream(), WarmThroughputMiBps: integer(10, 0) },
};
