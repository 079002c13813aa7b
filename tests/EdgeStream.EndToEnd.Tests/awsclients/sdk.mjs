// Runs a table of calls (kinesis.json, firehose.json) with the AWS SDK for JavaScript v3, as it comes, and prints as one JSON
// object what was seen of each action. Arguments: the folder of npm packages, kinesis or firehose, the table, the endpoint, a JSON
// object of values that the table refers to.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { readModel } from './model.mjs';

const [, , modules, service, tableFile, endpoint, given] = process.argv;
const sdk = createRequire(modules + '/')(`@aws-sdk/client-${service}`);
const table = JSON.parse(readFileSync(tableFile, 'utf8'));
const saved = JSON.parse(given);
const Client = sdk[service === 'kinesis' ? 'KinesisClient' : 'FirehoseClient'];
const client = new Client({
  endpoint, region: 'us-east-1', maxAttempts: 1,
  credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY },
});

const isObject = (value) => typeof value === 'object' && value !== null;
const at = (path) => path.split('.').reduce((value, key) => value[key], saved);

/** The table's values as the SDK takes them. */
function fill(value) {
  if (Array.isArray(value)) {
    return value.map(fill);
  }
  if (!isObject(value)) {
    return value;
  }
  if ('$ref' in value) {
    return at(value.$ref);
  }
  if ('$text' in value) {
    return Buffer.from(value.$text);
  }
  if ('$bytes' in value) {
    return Buffer.alloc(value.$bytes);
  }
  if ('$time' in value) {
    return new Date(value.$time * 1000);
  }
  if ('$repeat' in value) {
    return Array.from({ length: value.$repeat }, () => fill(value.value));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
}

/** Answers as the table describes them: bytes are text, the first event of a stream is in place of all. */
async function plain(value) {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString();
  }
  if (value instanceof Date) {
    return value.getTime() / 1000;
  }
  if (isObject(value) && value[Symbol.asyncIterator]) {
    for await (const event of value) {
      return plain(event);
    }
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map(plain));
  }
  if (isObject(value)) {
    const { $metadata, ...members } = value;
    const pairs = await Promise.all(Object.entries(members).map(async ([key, inner]) => [key, await plain(inner)]));
    return Object.fromEntries(pairs);
  }
  return value;
}

async function call(step) {
  try {
    return { answer: await plain(await client.send(new sdk[step.action + 'Command'](fill(step.input ?? {})))) };
  } catch (error) {
    assert.ok(error.$metadata, `${step.action}: ${error.stack}`);
    return { error: error.name, text: error.message, isKnown: error instanceof (sdk[error.name] ?? Array) };
  }
}

const model = readModel(modules, service).actions;
const seen = {};
for (const step of table.steps) {
  const known = model[step.action];
  if (!known || (step.needs && !model[step.needs]) || Object.keys(step.input ?? {}).some((member) => !known.members.includes(member))) {
    continue;
  }
  const began = Date.now();
  let result;
  for (let times = 1; ; times++) {
    result = await call(step);
    const isRight = result.error === step.error;
    if (isRight || (step.timesMax ? times >= step.timesMax : !step.isAwaited || Date.now() - began > 60_000)) {
      break;
    }
    if (step.isAwaited) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const said = `${step.action} ${JSON.stringify(step.input)}: ${JSON.stringify(result)}`.slice(0, 2000);
  assert.equal(result.error, step.error, said);
  if (step.error && known.errors.includes(step.error)) {
    assert.ok(result.isKnown, `${said} is none of the SDK's errors`);
  }
  if (step.says) {
    assert.ok(result.text.includes(step.says), said);
  }
  for (const [path, expected] of Object.entries(step.expect ?? {})) {
    const actual = path.split('.').reduce((value, key) => value?.[key], result.answer);
    assert.deepEqual(actual, expected, `${path} of ${said}`);
  }
  if (step.save) {
    saved[step.save] = result.answer;
  }
  (seen[step.action] ??= []).push(step.error ?? 'success');
}
client.destroy();
console.log(JSON.stringify({ seen, model }));
