// A member of a consumer group. Arguments: endpoint, stream, group, and if wanted the member's name and the folder of npm packages.
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { extensionOf, loadSdk } from './leases.mjs';

const [, , endpoint, StreamName, GroupName, MemberId = `${hostname()}-${process.pid}`, modules] = process.argv;
if (!GroupName) {
  console.error('usage: node consumer.mjs <endpoint> <stream> <group> [<member>] [<folder of npm packages>]');
  process.exit(2);
}

const sdk = loadSdk(modules);
const client = new sdk.KinesisClient({ endpoint, region: process.env.AWS_REGION ?? 'us-east-1' });
const extension = extensionOf(sdk, client);
const leaseAction = (action, input) => extension(action, { StreamName, GroupName, MemberId, ...input });

const IDLE_MS = 200;
const RECORDS_MAX = 100;
const held = new Map(); // shard id -> { shardId, counter, validUntil, isWanted, isOver, reading }
let isStopping = false;

/** The work that is done for each record. A record may come again after a crash: make it harmless. */
async function handle(shardId, record) {
  const line = { member: MemberId, shard: shardId, key: record.PartitionKey, sequence: record.SequenceNumber };
  console.log(JSON.stringify({ ...line, data: Buffer.from(record.Data).toString() }));
}

/** Whether the lease is this member's for sure: it counts from before it asked. */
const isMine = (lease) => !lease.isOver && performance.now() < lease.validUntil;

async function readShard(lease, position) {
  const claim = { ShardId: lease.shardId, LeaseCounter: lease.counter };
  let { ShardIterator } = await client.send(new sdk.GetShardIteratorCommand({
    StreamName, ShardId: lease.shardId, ShardIteratorType: position.Type, StartingSequenceNumber: position.SequenceNumber,
  }));
  while (isMine(lease) && !isStopping && !lease.isWanted) {
    const { Records, NextShardIterator } = await client.send(
      new sdk.GetRecordsCommand({ ShardIterator, Limit: RECORDS_MAX }));
    let last;
    for (const record of Records) {
      if (!isMine(lease)) {
        break;
      }

      await handle(lease.shardId, record);
      last = record.SequenceNumber;
    }

    if (last) {
      await leaseAction('Checkpoint', { ...claim, SequenceNumber: last });
    }

    if (last !== Records.at(-1)?.SequenceNumber) {
      return;
    }

    if (!NextShardIterator) {
      await leaseAction('Checkpoint', { ...claim, SequenceNumber: 'SHARD_END' });
      return;
    }

    ShardIterator = NextShardIterator;
    if (Records.length === 0) {
      await sleep(IDLE_MS);
    }
  }

  if (isMine(lease)) {
    await leaseAction('ReleaseLease', claim);
  }
}

/** Reads a shard until its end, or until the lease is lost, wanted by another member, or given up. */
function begin(given) {
  const lease = { shardId: given.ShardId, counter: given.LeaseCounter };
  held.set(lease.shardId, lease);
  lease.reading = readShard(lease, given.StartingPosition)
    .catch((error) => console.error(`${MemberId} ${lease.shardId}: ${error.name}: ${error.message}`))
    .finally(() => {
      // Whatever ended it: if the lease is still this member's, the next round begins again at the checkpoint.
      lease.isOver = true;
      if (held.get(lease.shardId) === lease) {
        held.delete(lease.shardId);
      }
    });
  return lease;
}

/** Takes what an answer says of leases; begins those that are new. */
function take(leases, askedAt) {
  for (const given of leases) {
    let lease = held.get(given.ShardId);
    if (lease && lease.counter !== given.LeaseCounter) {
      lease.isOver = true;
      continue;
    }

    if (!lease && (given.HandoverRequested || isStopping)) {
      continue;
    }

    lease ??= begin(given);
    lease.validUntil = askedAt + given.ExpiresInMillis;
    lease.isWanted = given.HandoverRequested;
  }
}

async function keepLeases() {
  let askedAt = performance.now();
  const claims = [...held.values()].map((lease) => ({ ShardId: lease.shardId, LeaseCounter: lease.counter }));
  if (claims.length > 0) {
    const { Leases } = await leaseAction('RenewLeases', { Leases: claims });
    take(Leases.filter((lease) => held.has(lease.ShardId)), askedAt);
    for (const claim of claims) {
      if (!Leases.some((lease) => lease.ShardId === claim.ShardId) && held.has(claim.ShardId)) {
        held.get(claim.ShardId).isOver = true;
      }
    }
  }

  askedAt = performance.now();
  const { Leases, LeaseDurationMillis } = await leaseAction('AcquireLeases', {
    LeaseDurationMillis: Number(process.env.LEASE_DURATION_MS ?? 10_000), StartingPosition: { Type: 'TRIM_HORIZON' },
  });
  take(Leases, askedAt);
  return LeaseDurationMillis / 3;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    isStopping = true;
    stop.abort();
  });
}

while (!isStopping) {
  const pauseMs = await keepLeases().catch((error) => {
    console.error(`${MemberId}: ${error.name}: ${error.message}`);
    return 1000;
  });
  await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
}

await Promise.all([...held.values()].map((lease) => lease.reading));
await leaseAction('LeaveGroup', {}).catch((error) => console.error(`${MemberId}: ${error.name}: ${error.message}`));
