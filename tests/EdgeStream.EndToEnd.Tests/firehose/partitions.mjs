// Dynamic partitioning with the AWS SDK for JavaScript v3, as it comes. Arguments: the folder of npm packages, the endpoint,
// access key id, secret, the bucket. What must be there below parts/ is in the test.
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const [, , modules, endpoint, accessKeyId, secretAccessKey, bucket] = process.argv;
const F = createRequire(modules + '/')('@aws-sdk/client-firehose');
const client = new F.FirehoseClient({
  endpoint, region: 'eu-central-1', maxAttempts: 1, credentials: { accessKeyId, secretAccessKey },
});
const call = (action, input = {}) => client.send(new F[action + 'Command'](input));

const parameters = (entries) =>
  Object.entries(entries).map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue }));
const place = {
  RoleARN: 'arn:aws:iam::000000000000:role/any', BucketARN: `arn:aws:s3:::${bucket}`,
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 }, CompressionFormat: 'UNCOMPRESSED',
};
const partitions = (Prefix, MetadataExtractionQuery) => ({
  Prefix, ErrorOutputPrefix: 'partless/!{firehose:error-output-type}/',
  DynamicPartitioningConfiguration: { Enabled: true, RetryOptions: { DurationInSeconds: 60 } },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      { Type: 'MetadataExtraction', Parameters: parameters({ MetadataExtractionQuery, JsonParsingEngine: 'JQ-1.6' }) },
      { Type: 'AppendDelimiterToRecord', Parameters: parameters({ Delimiter: '\\n' }) },
    ],
  },
});
const create = (DeliveryStreamName, more = {}) => call('CreateDeliveryStream', {
  DeliveryStreamName, ExtendedS3DestinationConfiguration: { ...place, ...more },
});
const put = async (DeliveryStreamName, values) => {
  const { FailedPutCount } = await call('PutRecordBatch', {
    DeliveryStreamName, Records: values.map((value) => ({ Data: Buffer.from(JSON.stringify(value)) })),
  });
  assert.equal(FailedPutCount, 0);
};
const describe = async (DeliveryStreamName) =>
  (await call('DescribeDeliveryStream', { DeliveryStreamName })).DeliveryStreamDescription;

/** A delivery stream is gone when all it has is delivered. */
const end = async (DeliveryStreamName) => {
  await call('DeleteDeliveryStream', { DeliveryStreamName });
  for (const deadline = Date.now() + 60_000; ;) {
    try {
      await describe(DeliveryStreamName);
    } catch (error) {
      assert.equal(error.name, 'ResourceNotFoundException');
      return;
    }
    assert.ok(Date.now() < deadline, 'the delivery stream is still there');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const both = 'parts/device=!{partitionKeyFromQuery:device}/kind=!{partitionKeyFromQuery:kind}/';
for (const query of ['{device: .device | ascii_downcase, kind: .kind}', '{device: .device}', '.device']) {
  await assert.rejects(create('parts', partitions(both, query)), { name: 'InvalidArgumentException' });
}
await create('parts', partitions(both, '{device: .device.id, kind: .tags[0]}'));
const told = (await describe('parts')).Destinations[0].ExtendedS3DestinationDescription;
assert.deepEqual(told.DynamicPartitioningConfiguration, { Enabled: true, RetryOptions: { DurationInSeconds: 60 } });
assert.equal(told.ProcessingConfiguration.Processors[0].Type, 'MetadataExtraction');
await put('parts', [
  { device: { id: 'a' }, tags: ['hot'], n: 1 }, { device: { id: 'b' }, tags: ['hot'], n: 2 },
  { device: { id: 'a' }, tags: ['hot'], n: 3 }, { device: {}, tags: ['hot'], n: 4 },
]);
await end('parts');

await create('late');
const { VersionId, Destinations } = await describe('late');
await call('UpdateDestination', {
  DeliveryStreamName: 'late', DestinationId: Destinations[0].DestinationId, CurrentDeliveryStreamVersionId: VersionId,
  ExtendedS3DestinationUpdate: partitions('parts/kind=!{partitionKeyFromQuery:kind}/!{timestamp:yyyy}/', '{kind: .kind}'),
});
await put('late', [{ kind: 'late', n: 5 }]);
await end('late');
client.destroy();
