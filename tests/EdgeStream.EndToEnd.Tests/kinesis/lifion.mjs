// lifion-kinesis as it comes: it polls the stream, and keeps leases and checkpoints in dynalite, in this process. A line of JSON for each
// record, in the order in which the consumer hands them over. Arguments: the folder of npm packages, endpoint, stream, access key id,
// secret.
import { createRequire } from 'node:module';

const [, , modules, endpoint, streamName, accessKeyId, secretAccessKey] = process.argv;
const require = createRequire(modules + '/');
const Kinesis = require('lifion-kinesis');
const dynalite = require('dynalite')({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

const table = await new Promise((resolve) => {
  dynalite.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${dynalite.address().port}`));
});
const account = { region: 'us-east-1', accessKeyId, secretAccessKey };
const consumer = new Kinesis({
  ...account, endpoint, streamName, consumerGroup: 'g', createStreamIfNeeded: false, initialPositionInStream: 'TRIM_HORIZON',
  leaseAcquisitionInterval: 500, leaseAcquisitionRecoveryInterval: 500, noRecordsPollDelay: 250, pollDelay: 250, limit: 100,
  shouldParseJson: false, dynamoDb: { ...account, endpoint: table, tableName: 'leases' },
  logger: { debug() {}, warn: console.error, error: console.error },
});
consumer.on('data', ({ records, shardId }) => {
  for (const { partitionKey, data } of records) {
    console.log(JSON.stringify({ shard: shardId, key: partitionKey, data: data.toString() }));
  }
});
consumer.on('error', (error) => console.error(error));
await consumer.startConsumer();
console.error('started');
