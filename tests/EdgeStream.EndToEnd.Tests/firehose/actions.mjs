// Every action of the Firehose API with the AWS SDK for JavaScript v3, as it comes. Arguments: the folder of npm packages, the
// endpoint, access key id, secret, the bucket. Prints what must be delivered below sdk/.
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const [, , modules, endpoint, accessKeyId, secretAccessKey, bucket] = process.argv;
const load = createRequire(modules + '/');
const F = load('@aws-sdk/client-firehose');
const K = load('@aws-sdk/client-kinesis');
const optionsOf = (secret) => ({
  endpoint, region: 'eu-central-1', maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: secret },
});
const client = new F.FirehoseClient(optionsOf(secretAccessKey));
const kinesis = new K.KinesisClient(optionsOf(secretAccessKey));
const call = (action, input = {}) => client.send(new F[action + 'Command'](input));
const refused = async (name, action, input, from = call) => {
  await assert.rejects(() => from(action, input), (error) => {
    assert.equal(error.name, name, `${action}: ${error.name}: ${error.message}`);
    return true;
  });
};

const DeliveryStreamName = 'sdk';
const RoleARN = 'arn:aws:iam::000000000000:role/any';
const BucketARN = `arn:aws:s3:::${bucket}`;
const ExtendedS3DestinationConfiguration = {
  RoleARN, BucketARN, Prefix: 'sdk/!{timestamp:yyyy}/', ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 }, CompressionFormat: 'GZIP',
};
const { DeliveryStreamARN } = await call('CreateDeliveryStream', {
  DeliveryStreamName, ExtendedS3DestinationConfiguration, Tags: [{ Key: 'made', Value: 'now' }],
});
assert.equal(DeliveryStreamARN, 'arn:aws:firehose:us-east-1:000000000000:deliverystream/sdk');
await refused('ResourceInUseException', 'CreateDeliveryStream', {
  DeliveryStreamName, ExtendedS3DestinationConfiguration,
});
await refused('InvalidArgumentException', 'CreateDeliveryStream', {
  DeliveryStreamName: 'other', RedshiftDestinationConfiguration: {
    RoleARN, ClusterJDBCURL: 'jdbc:redshift://x:5439/y', CopyCommand: { DataTableName: 't' },
    S3Configuration: { RoleARN, BucketARN },
  },
});
await refused('LimitExceededException', 'CreateDeliveryStream', {
  DeliveryStreamName: 'other', ExtendedS3DestinationConfiguration,
});
await refused('ValidationException', 'CreateDeliveryStream', {
  DeliveryStreamName: 'no name', ExtendedS3DestinationConfiguration,
});
const { DeliveryStreamDescription: made } = await call('DescribeDeliveryStream', { DeliveryStreamName });
assert.equal(made.DeliveryStreamStatus, 'ACTIVE');
assert.equal(made.VersionId, '1');
assert.ok(made.CreateTimestamp instanceof Date);
const { DestinationId } = made.Destinations[0];
assert.equal(made.Destinations[0].ExtendedS3DestinationDescription.CompressionFormat, 'GZIP');
await refused('ResourceNotFoundException', 'DescribeDeliveryStream', { DeliveryStreamName: 'none' });
assert.ok((await call('ListDeliveryStreams')).DeliveryStreamNames.includes(DeliveryStreamName));

const record = (text) => ({ Data: Buffer.from(text) });
const put = await call('PutRecord', { DeliveryStreamName, Record: record('first,') });
assert.ok(put.RecordId.length > 0);
assert.equal(put.Encrypted, false);
await refused('ResourceNotFoundException', 'PutRecord', { DeliveryStreamName: 'none', Record: record('') });
const Records = Array.from({ length: 500 }, (_, i) => record(`${i},`));
const batch = await call('PutRecordBatch', { DeliveryStreamName, Records });
assert.equal(batch.FailedPutCount, 0);
assert.equal(new Set(batch.RequestResponses.map((entry) => entry.RecordId)).size, 500);
await refused('ValidationException', 'PutRecordBatch', { DeliveryStreamName, Records: [...Records, record('')] });
await refused('InvalidArgumentException', 'PutRecordBatch', {
  DeliveryStreamName, Records: Array.from({ length: 5 }, () => ({ Data: Buffer.alloc(1_000_000) })),
});
await refused('ResourceNotFoundException', 'PutRecordBatch', { DeliveryStreamName: 'none', Records });

await refused('ConcurrentModificationException', 'UpdateDestination', {
  DeliveryStreamName, DestinationId, CurrentDeliveryStreamVersionId: '2', ExtendedS3DestinationUpdate: {},
});
await refused('InvalidArgumentException', 'UpdateDestination', {
  DeliveryStreamName, DestinationId: 'other', CurrentDeliveryStreamVersionId: '1', ExtendedS3DestinationUpdate: {},
});
await refused('ResourceNotFoundException', 'UpdateDestination', {
  DeliveryStreamName: 'none', DestinationId, CurrentDeliveryStreamVersionId: '1', ExtendedS3DestinationUpdate: {},
});
await call('UpdateDestination', {
  DeliveryStreamName, DestinationId, CurrentDeliveryStreamVersionId: '1', ExtendedS3DestinationUpdate: {
    CompressionFormat: 'UNCOMPRESSED',
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord' }] },
  },
});
await call('PutRecord', { DeliveryStreamName, Record: record('last') });

await call('TagDeliveryStream', { DeliveryStreamName, Tags: [{ Key: 'a', Value: '1' }] });
assert.deepEqual((await call('ListTagsForDeliveryStream', { DeliveryStreamName })).Tags, [
  { Key: 'a', Value: '1' }, { Key: 'made', Value: 'now' },
]);
await call('UntagDeliveryStream', { DeliveryStreamName, TagKeys: ['a'] });
await refused('LimitExceededException', 'TagDeliveryStream', {
  DeliveryStreamName, Tags: Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}` })),
});
for (const [action, input] of [
  ['TagDeliveryStream', { Tags: [{ Key: 'a' }] }], ['UntagDeliveryStream', { TagKeys: ['a'] }],
  ['ListTagsForDeliveryStream', {}], ['StartDeliveryStreamEncryption', {}], ['StopDeliveryStreamEncryption', {}],
  ['DeleteDeliveryStream', {}],
]) {
  await refused('ResourceNotFoundException', action, { DeliveryStreamName: 'none', ...input });
}

await call('StartDeliveryStreamEncryption', { DeliveryStreamName });
assert.equal((await call('PutRecord', { DeliveryStreamName, Record: record('') })).Encrypted, true);
await refused('InvalidArgumentException', 'StartDeliveryStreamEncryption', {
  DeliveryStreamName, DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK' },
});
await call('StopDeliveryStreamEncryption', { DeliveryStreamName });

await refused('ResourceInUseException', 'DeleteDeliveryStream', { DeliveryStreamName: 'configured' });
assert.equal(
  (await call('DescribeDeliveryStream', { DeliveryStreamName: 'configured' })).DeliveryStreamDescription
    .DeliveryStreamType, 'KinesisStreamAsSource');
await refused('InvalidArgumentException', 'PutRecord', { DeliveryStreamName: 'configured', Record: record('') });
await assert.rejects(
  () => kinesis.send(new K.DeleteStreamCommand({ StreamName: 'firehose-sdk' })), { name: 'ResourceInUseException' });
const stranger = new F.FirehoseClient(optionsOf('wrong'));
await refused('InvalidSignatureException', 'ListDeliveryStreams', {}, (action, input) =>
  stranger.send(new F[action + 'Command'](input)));

await call('DeleteDeliveryStream', { DeliveryStreamName });
for (const deadline = Date.now() + 60_000; ;) {
  try {
    await call('DescribeDeliveryStream', { DeliveryStreamName });
  } catch (error) {
    assert.equal(error.name, 'ResourceNotFoundException');
    break;
  }
  assert.ok(Date.now() < deadline, 'the delivery stream is still there');
  await new Promise(resolve => setTimeout(resolve, 100));
}
client.destroy();
kinesis.destroy();
stranger.destroy();
console.log('first,' + Array.from({ length: 500 }, (_, i) => `${i},`).join('') + 'last');
