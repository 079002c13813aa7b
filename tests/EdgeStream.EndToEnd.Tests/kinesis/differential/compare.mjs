// Asks the gateway and an emulator the same, and prints every difference that the emulator's table does not explain.
// Arguments: the emulator's name, its port, the gateway's port, the folder of npm packages with cbor, a seed, how many
// random requests; then `--all` prints all differences instead, one for each kind.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { CLASSIC, OTHERS } from './shapes.mjs';
import { SEQUENCES, SETUP } from './cases.mjs';
import { randomFault, singleFaults } from './faults.mjs';
import { differencesOf, Table } from './differences.mjs';
import { leaves, outcome, send } from './wire.mjs';

const [, , emulator, emulatorPort, gatewayPort, modules, seed, randomCount, all] = process.argv;
const isKinesalite = emulator === 'kinesalite';
const actions = isKinesalite ? classic() : { ...CLASSIC, ...OTHERS };
const cbor = createRequire(`${modules}/`)('cbor');
const table = new Table(JSON.parse(readFileSync(new URL(`${emulator}.json`, import.meta.url))));
const OWN_STREAMS = ['alerts', 'dead-letter', 'delivery-errors', 'readings'];
const THROTTLED = 'ProvisionedThroughputExceededException';
const ATTEMPTS_MAX = 2000;

/** What kinesalite knows of the API. */
function classic() {
  return Object.fromEntries(Object.entries(CLASSIC).map(([action, members]) =>
    [action, Object.fromEntries(Object.entries(members).filter(([, one]) => !one.recent))]));
}

/** A server with what its answers have given. */
const serverOf = (port) => ({ port, answers: new Map(), saved: new Map() });
const theirs = serverOf(Number(emulatorPort));
const ours = serverOf(Number(gatewayPort));
const unexplained = new Map();
let asked = 0;

function resolve(server, value) {
  if (Array.isArray(value)) {
    return value.map((one) => resolve(server, one));
  } else if (value === null || typeof value !== 'object') {
    return value;
  } else if (typeof value.from === 'string') {
    return value.from.split('.').reduce((at, name) => at?.[name], Object.fromEntries(server.answers)) ?? 'missing';
  }

  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolve(server, one)]));
}

async function ask(server, request) {
  let answer = await send(server.port, cbor, { ...request, body: resolve(server, request.body) });
  for (let attempt = 0; attempt < ATTEMPTS_MAX && answer.value?.__type === THROTTLED; attempt++) {
    answer = await send(server.port, cbor, { ...request, body: resolve(server, request.body) });
  }

  hideOwnStreams(answer.value);
  if (request.save && answer.status === 200) {
    server.answers.set(request.save, answer.value);
    remember(server, request.save, answer.value);
  }

  return answer;
}

/** The gateway has streams of its own, which come after the names of the test's. */
function hideOwnStreams(answer) {
  if (answer?.StreamNames) {
    answer.StreamNames = answer.StreamNames.filter((name) => !OWN_STREAMS.includes(name));
  }

  if (answer?.StreamSummaries) {
    answer.StreamSummaries = answer.StreamSummaries.filter(({ StreamName }) => !OWN_STREAMS.includes(StreamName));
  }
}

function remember(server, name, value) {
  if (value !== null && typeof value === 'object' && !Buffer.isBuffer(value)) {
    Object.entries(value).forEach(([member, one]) => remember(server, `${name}.${member}`, one));
  } else if (typeof value === 'string' && value.length > 40) {
    server.saved.set(value, name);
  }
}

async function settle({ settle: action, body, statusOf }) {
  for (const server of [theirs, ours]) {
    let status = null;
    for (let attempt = 0; attempt < ATTEMPTS_MAX && status !== 'ACTIVE'; attempt++) {
      const { status: code, value } = await send(server.port, cbor, { action, body });
      status = code === 200 ? statusOf(value) : 'ACTIVE';
    }
  }
}

async function compare(request) {
  if (request.settle) {
    return settle(request);
  }

  asked++;
  const [their, our] = await Promise.all([ask(theirs, request), ask(ours, request)]);
  const found = differencesOf(
    request, { line: outcome(their, theirs.saved), type: their.type, leaves: leaves(their, theirs.saved) },
    { line: outcome(our, ours.saved), type: our.type, leaves: leaves(our, ours.saved) });
  for (const one of found) {
    if (all || !table.explains(one)) {
      const key = `${one.action} ${one.what}\n    theirs: ${one.theirs}\n    ours:   ${one.ours}`;
      const known = unexplained.get(key);
      unexplained.set(key, { count: (known?.count ?? 0) + 1, request: known?.request ?? request });
    }
  }
}

/** Uniform numbers in [0, 1) from a seed. */
function randomFrom(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

for (const request of [...SETUP, ...Object.values(SEQUENCES).flat()]) {
  if (!isKinesalite || !request.isRecent) {
    await compare(request);
  }
}

for (const [action, members] of Object.entries(actions)) {
  for (const request of singleFaults(action, members, !isKinesalite)) {
    await compare(request);
    if (isKinesalite && request.label === 'valid') {
      await compare({ ...request, inCbor: true });
    }
  }
}

const unmet = table.unmet();
const random = randomFrom(Number(seed));
for (let count = Number(randomCount); count > 0; count--) {
  await compare(randomFault(random, actions));
}

for (const [key, { count, request }] of unexplained) {
  console.log(`${count} × ${key}\n    as in: ${JSON.stringify(request).slice(0, 600)}`);
}

for (const entry of unmet) {
  console.log(`No request meets: ${JSON.stringify(entry)}`);
}

console.log(`${asked} requests, ${unexplained.size} unexplained differences, ${unmet.length} entries that none meets`);
process.exit(unexplained.size + unmet.length === 0 ? 0 : 1);
