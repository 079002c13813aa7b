// The fixed requests: a life of streams with what each step makes, what is wrong by the state of things, and what is wrong
// with the transport. `save` names an answer; `{ from: 'name.Member.0' }` is that server's own value of it.
import { AUTHORIZATION } from './wire.mjs';

const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/';
const HALF = '170141183460469231731687303715884105728';
const QUARTERS = '255211775190703847597530955573826158592';
const from = (path) => ({ from: path });
const shard = (number) => `shardId-${String(number).padStart(12, '0')}`;
const call = (action, body, more = {}) => ({ action, body, label: 'sequence', ...more });
const late = (action, body, more = {}) => call(action, body, { isRecent: true, ...more });
/** Waits until the change that was asked for is done. */
const settle = (StreamName) =>
  ({ settle: 'DescribeStreamSummary', body: { StreamName }, statusOf: (answer) => answer.StreamDescriptionSummary.StreamStatus });
const settleConsumer = (ConsumerName) => ({
  settle: 'DescribeStreamConsumer', body: { StreamARN: ARN + 'a-fan', ConsumerName }, isRecent: true,
  statusOf: (answer) => answer.ConsumerDescription.ConsumerStatus,
});
const create = (StreamName, ShardCount) => [call('CreateStream', { StreamName, ShardCount }), settle(StreamName)];

/** The streams that faulty requests name. */
export const SETUP = [...create('a-reads', 2), ...create('a-puts', 1)];

const life = [
  ...create('a-life', 3),
  call('CreateStream', { StreamName: 'a-life', ShardCount: 3 }),
  call('CreateStream', { StreamName: 'many', ShardCount: 100_000 }),
  call('DescribeStream', { StreamName: 'a-life' }),
  call('DescribeStream', { StreamName: 'a-life', Limit: 2 }, { label: 'page' }),
  call('DescribeStream', { StreamName: 'a-life', ExclusiveStartShardId: shard(1) }, { label: 'page' }),
  call('DescribeStream', { StreamName: 'a-life', ExclusiveStartShardId: shard(9) }, { label: 'page' }),
  call('DescribeStream', { StreamName: 'none' }),
  call('DescribeStreamSummary', { StreamName: 'a-life' }),
  call('DescribeStreamSummary', { StreamName: 'none' }),
  late('DescribeStreamSummary', { StreamName: '', StreamARN: ARN + 'a-reads' }, { label: 'StreamName is empty, StreamARN is right' }),
  call('ListStreams', {}),
  call('ListStreams', { Limit: 2 }),
  late('ListStreams', { Limit: 0, NextToken: 5 }, { label: 'Limit is too small, NextToken is integer' }),
  call('ListStreams', { ExclusiveStartStreamName: 'a-life' }),
  call('ListShards', { StreamName: 'a-life' }),
  call('ListShards', { StreamName: 'a-life', MaxResults: 2 }, { save: 'page', label: 'page' }),
  call('ListShards', { NextToken: from('page.NextToken') }),
  call('ListShards', { NextToken: from('page.NextToken'), StreamName: 'a-life' }),
  call('ListShards', { StreamName: 'a-life', ExclusiveStartShardId: shard(0) }),
  call('ListShards', { StreamName: 'none' }),
  call('ListShards', { NextToken: 'made up' }),
  late('ListShards', { StreamName: 'a-life', ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: shard(0) } }),
  late('ListShards', { StreamName: 'a-life', ShardFilter: { Type: 'AFTER_SHARD_ID' } }),
  late('ListShards', { StreamName: 'a-life', ShardFilter: { Type: 'AT_LATEST' } }),
  late('ListShards', { StreamName: 'a-life', ShardFilter: { Type: 'FROM_TIMESTAMP' } }),
  call('AddTagsToStream', { StreamName: 'a-life', Tags: { b: '2', a: '1', c: '' } }),
  call('ListTagsForStream', { StreamName: 'a-life' }),
  call('ListTagsForStream', { StreamName: 'a-life', Limit: 1 }),
  call('ListTagsForStream', { StreamName: 'a-life', ExclusiveStartTagKey: 'a' }),
  call('RemoveTagsFromStream', { StreamName: 'a-life', TagKeys: ['b', 'none'] }),
  call('ListTagsForStream', { StreamName: 'a-life' }),
  call('ListTagsForStream', { StreamName: 'none' }),
  call('AddTagsToStream', { StreamName: 'a-life', Tags: { 'a%': '1' } }),
  call('AddTagsToStream', { StreamName: 'none', Tags: { a: '1' } }),
  call('RemoveTagsFromStream', { StreamName: 'none', TagKeys: ['a'] }),
  call('RemoveTagsFromStream', { StreamName: 'a-life', TagKeys: ['a%'] }),
  call('DecreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 24 }),
  call('DecreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 30 }),
  call('DecreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 23 }),
  call('IncreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 23 }),
  call('IncreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 48 }),
  call('IncreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 30 }),
  call('IncreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 8761 }),
  call('DescribeStreamSummary', { StreamName: 'a-life' }),
  call('DecreaseStreamRetentionPeriod', { StreamName: 'a-life', RetentionPeriodHours: 24 }),
  call('IncreaseStreamRetentionPeriod', { StreamName: '', RetentionPeriodHours: 8761 }, { label: 'StreamName is empty, too long' }),
  call('DeleteStream', { StreamName: 'none' }),
  call('DeleteStream', { StreamName: 'a-life' }),
  settle('a-life'),
  call('DescribeStream', { StreamName: 'a-life' }),
];

const records = [
  ...create('a-records', 2),
  call('PutRecord', { StreamName: 'a-records', PartitionKey: 'a', Data: 'YQ==' }, { save: 'put' }),
  call('PutRecord', { StreamName: 'a-records', PartitionKey: 'b', Data: '' }),
  call('PutRecord', { StreamName: 'a-records', PartitionKey: 'ä', Data: 'Yg==', ExplicitHashKey: HALF }),
  call('PutRecord', { StreamName: 'a-records', PartitionKey: 'c', Data: 'Yw==', ExplicitHashKey: '9'.repeat(39) }),
  call('PutRecord', { StreamName: 'a-records', PartitionKey: 'c', Data: 'Yw==', ExplicitHashKey: '340282366920938463463374607431768211456' }),
  call('PutRecord', {
    StreamName: 'a-records', PartitionKey: 'a', Data: 'ZA==', SequenceNumberForOrdering: from('put.SequenceNumber'),
  }),
  call('PutRecord', { StreamName: 'a-puts', PartitionKey: 'a', Data: 'ZA==', SequenceNumberForOrdering: '5' }),
  call('PutRecord', { StreamName: 'none', PartitionKey: 'a', Data: 'YQ==' }),
  call('PutRecord', { StreamName: 'a-records', PartitionKey: 'a', Data: Buffer.alloc((1 << 20) + 1).toString('base64') }),
  call('PutRecords', { StreamName: 'a-records', Records: [
    { PartitionKey: 'a', Data: 'YQ==' }, { PartitionKey: 'b', Data: 'Yg==', ExplicitHashKey: '0' }] }),
  call('PutRecords', { StreamName: 'a-records', Records: [{ PartitionKey: 'a', Data: 'YQ==', ExplicitHashKey: '9'.repeat(39) }] }),
  call('PutRecord', { StreamName: 5, PartitionKey: [], Data: {} }, { label: 'StreamName is integer, PartitionKey is list' }),
  call('PutRecords', { StreamName: 'none', Records: [{ PartitionKey: 'a', Data: 'YQ==' }] }),
  ...[0, 1].flatMap((number) => [
    call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(number), ShardIteratorType: 'TRIM_HORIZON' }, { save: `all${number}` }),
    call('GetRecords', { ShardIterator: from(`all${number}.ShardIterator`), Limit: 1 }, { save: `one${number}` }),
    call('GetRecords', { ShardIterator: from(`one${number}.NextShardIterator`) }, { save: `rest${number}` }),
    call('GetRecords', { ShardIterator: from(`rest${number}.NextShardIterator`) }),
  ]),
  call('GetShardIterator', {
    StreamName: 'a-records', ShardId: from('put.ShardId'), ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    StartingSequenceNumber: from('put.SequenceNumber'),
  }, { save: 'at' }),
  call('GetRecords', { ShardIterator: from('at.ShardIterator') }),
  call('GetShardIterator', {
    StreamName: 'a-records', ShardId: from('put.ShardId'), ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
    StartingSequenceNumber: from('put.SequenceNumber'),
  }, { save: 'after' }),
  call('GetRecords', { ShardIterator: from('after.ShardIterator') }),
  call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(0), ShardIteratorType: 'LATEST' }, { save: 'latest' }),
  call('GetRecords', { ShardIterator: from('latest.ShardIterator') }),
  call('GetShardIterator', {
    StreamName: 'a-records', ShardId: shard(0), ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 1_700_000_000,
  }, { save: 'time' }),
  call('GetRecords', { ShardIterator: from('time.ShardIterator') }),
  call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(0), ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 5e9 }),
  ...['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'AT_TIMESTAMP'].map((ShardIteratorType) =>
    call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(0), ShardIteratorType })),
  ...['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP'].flatMap((ShardIteratorType) => ['5', '0'].map((StartingSequenceNumber) =>
    call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(0), ShardIteratorType, StartingSequenceNumber }))),
  ...['LATEST', 'TRIM_HORIZON', 'AT_SEQUENCE_NUMBER'].map((ShardIteratorType) =>
    call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(0), ShardIteratorType, Timestamp: 1_700_000_000 })),
  ...['0', '5', '9'.repeat(56), '49'.padEnd(56, '0')].map((StartingSequenceNumber) => call('GetShardIterator', {
    StreamName: 'a-records', ShardId: shard(0), ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber,
  })),
  call('GetShardIterator', { StreamName: 'a-records', ShardId: shard(9), ShardIteratorType: 'LATEST' }),
  call('GetShardIterator', { StreamName: 'a-records', ShardId: 'shard', ShardIteratorType: 'LATEST' }),
  call('GetShardIterator', { StreamName: 'none', ShardId: shard(0), ShardIteratorType: 'LATEST' }),
  ...['no iterator', 'AAAA', '1'].map((ShardIterator) => call('GetRecords', { ShardIterator })),
];

const shards = [
  ...create('a-shards', 2),
  call('SplitShard', { StreamName: 'a-shards', ShardToSplit: shard(0), NewStartingHashKey: '5' }),
  settle('a-shards'),
  call('SplitShard', { StreamName: 'a-shards', ShardToSplit: shard(1), NewStartingHashKey: '5' }),
  call('SplitShard', { StreamName: 'a-shards', ShardToSplit: shard(9), NewStartingHashKey: HALF }),
  call('SplitShard', { StreamName: 'a-shards', ShardToSplit: 'shard', NewStartingHashKey: HALF }),
  call('SplitShard', { StreamName: 'none', ShardToSplit: shard(0), NewStartingHashKey: HALF }),
  call('DescribeStream', { StreamName: 'a-shards' }),
  call('MergeShards', { StreamName: 'a-shards', ShardToMerge: shard(2), AdjacentShardToMerge: shard(1) }),
  call('MergeShards', { StreamName: 'a-shards', ShardToMerge: shard(2), AdjacentShardToMerge: shard(2) }),
  call('MergeShards', { StreamName: 'a-shards', ShardToMerge: shard(9), AdjacentShardToMerge: shard(2) }),
  call('MergeShards', { StreamName: 'a-shards', ShardToMerge: shard(2), AdjacentShardToMerge: shard(9) }),
  call('MergeShards', { StreamName: 'a-shards', ShardToMerge: shard(2), AdjacentShardToMerge: shard(3) }),
  settle('a-shards'),
  call('MergeShards', { StreamName: 'none', ShardToMerge: shard(0), AdjacentShardToMerge: shard(1) }),
  call('DescribeStreamSummary', { StreamName: 'a-shards' }),
  call('ListShards', { StreamName: 'a-shards' }),
  call('GetShardIterator', { StreamName: 'a-shards', ShardId: shard(0), ShardIteratorType: 'TRIM_HORIZON' }, { save: 'closed' }),
  call('GetRecords', { ShardIterator: from('closed.ShardIterator') }),
  call('GetShardIterator', { StreamName: 'a-shards', ShardId: shard(0), ShardIteratorType: 'LATEST' }, { save: 'closed2' }),
  call('GetRecords', { ShardIterator: from('closed2.ShardIterator') }),
  late('UpdateShardCount', { StreamName: 'a-shards', TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' }),
  settle('a-shards'),
  late('UpdateShardCount', { StreamName: 'a-shards', TargetShardCount: 30, ScalingType: 'UNIFORM_SCALING' }),
  late('UpdateShardCount', { StreamName: 'a-shards', TargetShardCount: 1, ScalingType: 'UNIFORM_SCALING' }),
  settle('a-shards'),
];

/** A stream each, since the emulators do what the service does not. */
const closed = [
  ...create('a-closed', 2),
  call('SplitShard', { StreamName: 'a-closed', ShardToSplit: shard(1), NewStartingHashKey: QUARTERS }),
  settle('a-closed'),
  call('SplitShard', { StreamName: 'a-closed', ShardToSplit: shard(1), NewStartingHashKey: QUARTERS }, { label: 'closed' }),
  ...create('a-closed2', 3),
  call('MergeShards', { StreamName: 'a-closed2', ShardToMerge: shard(0), AdjacentShardToMerge: shard(2) }),
  call('MergeShards', { StreamName: 'a-closed2', ShardToMerge: shard(0), AdjacentShardToMerge: shard(1) }),
  settle('a-closed2'),
  call('MergeShards', { StreamName: 'a-closed2', ShardToMerge: shard(1), AdjacentShardToMerge: shard(2) }, { label: 'closed' }),
  ...create('a-edge', 2),
  call('SplitShard', { StreamName: 'a-edge', ShardToSplit: shard(1), NewStartingHashKey: HALF }, { label: 'edge' }),
  ...['a-closed', 'a-closed2', 'a-edge'].flatMap((StreamName) => [call('DeleteStream', { StreamName }), settle(StreamName)]),
];

const consumers = [
  ...create('a-fan', 1),
  late('RegisterStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'c', Tags: { a: 'b' } }, { save: 'consumer' }),
  settleConsumer('c'),
  late('RegisterStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'c' }),
  late('RegisterStreamConsumer', { StreamARN: ARN + 'none', ConsumerName: 'c' }),
  late('DescribeStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'c' }),
  late('DescribeStreamConsumer', { ConsumerARN: from('consumer.Consumer.ConsumerARN') }),
  late('DescribeStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'none' }),
  late('DescribeStreamConsumer', { StreamARN: ARN + 'a-fan' }),
  late('DescribeStreamConsumer', { ConsumerName: 'c' }),
  late('DescribeStreamConsumer', {
    ConsumerARN: from('consumer.Consumer.ConsumerARN'), StreamARN: ARN + 'a-fan', ConsumerName: 'c',
  }),
  late('ListStreamConsumers', { StreamARN: ARN + 'a-fan' }),
  late('RegisterStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'd' }),
  settleConsumer('d'),
  late('ListStreamConsumers', { StreamARN: ARN + 'a-fan', MaxResults: 1 }, { save: 'consumers' }),
  late('ListStreamConsumers', { StreamARN: ARN + 'a-fan', NextToken: from('consumers.NextToken') }),
  late('ListStreamConsumers', { StreamARN: ARN + 'none' }),
  late('DescribeStreamSummary', { StreamName: 'a-fan' }),
  late('SubscribeToShard', {
    ConsumerARN: from('consumer.Consumer.ConsumerARN'), ShardId: shard(0), StartingPosition: { Type: 'TRIM_HORIZON' },
  }, { events: true }),
  late('SubscribeToShard', {
    ConsumerARN: from('consumer.Consumer.ConsumerARN'), ShardId: shard(9), StartingPosition: { Type: 'TRIM_HORIZON' },
  }, { events: true }),
  late('SubscribeToShard', {
    ConsumerARN: `${ARN}a-fan/consumer/none:1700000000`, ShardId: shard(0), StartingPosition: { Type: 'TRIM_HORIZON' },
  }, { events: true }),
  late('DeleteStream', { StreamName: 'a-fan' }),
  late('DeregisterStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'd' }),
  late('DeregisterStreamConsumer', { StreamARN: ARN + 'a-fan', ConsumerName: 'none' }),
  late('DeregisterStreamConsumer', { StreamARN: ARN + 'a-fan' }),
  late('DeleteStream', { StreamName: 'a-fan', EnforceConsumerDeletion: true }),
  settle('a-fan'),
];

const KMS = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' };
const settings = [
  ...create('a-set', 1),
  late('StartStreamEncryption', { StreamName: 'a-set', ...KMS }),
  settle('a-set'),
  late('DescribeStream', { StreamName: 'a-set' }),
  late('PutRecord', { StreamName: 'a-set', PartitionKey: 'a', Data: 'YQ==' }),
  late('GetShardIterator', { StreamName: 'a-set', ShardId: shard(0), ShardIteratorType: 'TRIM_HORIZON' }, { save: 'set' }),
  late('GetRecords', { ShardIterator: from('set.ShardIterator') }),
  late('StopStreamEncryption', { StreamName: 'a-set', ...KMS }),
  settle('a-set'),
  late('StopStreamEncryption', { StreamName: 'none', ...KMS }),
  late('EnableEnhancedMonitoring', { StreamName: 'a-set', ShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'] }),
  late('DisableEnhancedMonitoring', { StreamARN: ARN + 'a-set', ShardLevelMetrics: ['IncomingBytes'] }),
  late('DisableEnhancedMonitoring', { StreamARN: ARN + 'a-set', ShardLevelMetrics: ['ALL'] }),
  late('EnableEnhancedMonitoring', { StreamName: 'a-set', ShardLevelMetrics: ['ALL'] }),
  late('EnableEnhancedMonitoring', { StreamName: 'none', ShardLevelMetrics: ['ALL'] }),
  late('GetResourcePolicy', { ResourceARN: ARN + 'a-set' }),
  late('DeleteResourcePolicy', { ResourceARN: ARN + 'a-set' }),
  late('PutResourcePolicy', { ResourceARN: ARN + 'a-set', Policy: '{"Version":"2012-10-17","Statement":[]}' }),
  late('GetResourcePolicy', { ResourceARN: ARN + 'a-set' }),
  late('DeleteResourcePolicy', { ResourceARN: ARN + 'a-set' }),
  late('PutResourcePolicy', { ResourceARN: ARN + 'a-set', Policy: 'no JSON' }),
  late('PutResourcePolicy', { ResourceARN: ARN + 'none', Policy: '{}' }),
  late('TagResource', { ResourceARN: ARN + 'a-set', Tags: { a: 'b', c: 'd' } }),
  late('ListTagsForResource', { ResourceARN: ARN + 'a-set' }),
  late('UntagResource', { ResourceARN: ARN + 'a-set', TagKeys: ['a', 'none'] }),
  late('ListTagsForResource', { ResourceARN: ARN + 'a-set' }),
  late('ListTagsForResource', { ResourceARN: ARN + 'none' }),
  late('UpdateMaxRecordSize', { StreamARN: ARN + 'a-set', MaxRecordSizeInKiB: 2048 }),
  late('UpdateStreamMode', { StreamARN: ARN + 'a-set', StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
  settle('a-set'),
  late('UpdateStreamWarmThroughput', { StreamARN: ARN + 'a-set', WarmThroughputMiBps: 10 }),
  late('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } }),
  late('UpdateStreamWarmThroughput', { StreamARN: ARN + 'a-set', WarmThroughputMiBps: 10 }),
  settle('a-set'),
  late('DescribeStreamSummary', { StreamName: 'a-set' }),
  late('UpdateShardCount', { StreamName: 'a-set', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }),
  late('DescribeAccountSettings', {}),
  late('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'DISABLED' } }),
];

const wire = (label, more) => ({ action: 'ListStreams', body: {}, label, ...more });
const transport = [
  ...['GET', 'PUT', 'DELETE'].map((method) => wire(`method ${method}`, { method })),
  ...['text/plain', 'application/json', 'application/x-amz-json-1.0', '', null, 'application/x-amz-json-1.1; charset=utf-8']
    .flatMap((type) => [['', {}], [' no target', { target: null }], [' unknown action', { target: 'Kinesis_20131202.None' }], [' no JSON', { raw: '{' }]]
      .map(([what, more]) => wire(`content type ${type}${what}`, { headers: { 'Content-Type': type }, ...more }))),
  ...['Kinesis_20131202', 'Kinesis_20131202.', '.ListStreams', 'Kinesis_20131202.None', 'Other.ListStreams', 'kinesis_20131202.ListStreams', '', null]
    .flatMap((target) => [wire(`target ${target}`, { target }), wire(`target ${target} no JSON`, { target, raw: '{' }), wire(`target ${target} no body`, { target, raw: '' })]),
  ...['', '{', '[]', 'null', '5', '"a"', '{"Limit":}', '{} {}', '{"Limit":1,}', '{"Limit":1,"Limit":2}', "{'a':1}"]
    .map((raw) => wire(`body ${raw}`, { raw })),
  wire('path', { path: '/any/path' }),
  ...[null, 'AWS4-HMAC-SHA256', 'other', 'AWS4-HMAC-SHA256 Credential=a', 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host',
    'AWS4-HMAC-SHA256 Signature=0, SignedHeaders=host'].map((Authorization) => wire(`authorization ${Authorization}`, { headers: { Authorization } })),
  wire('no date', { headers: { 'X-Amz-Date': null } }),
  wire('no date and no credential', { headers: { 'X-Amz-Date': null, Authorization: 'AWS4-HMAC-SHA256 Signature=0' } }),
  wire('signed twice', { path: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256', headers: { Authorization: AUTHORIZATION } }),
  wire('signed by half a query', { path: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=5', headers: { Authorization: null } }),
];

export const SEQUENCES = { life, records, shards, closed, consumers, settings, transport };
