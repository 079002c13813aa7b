import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELDS_MAX } from '../../src/EdgeStream.Gateway/Dashboard/modules/device.js';
import { describeGap } from '../../src/EdgeStream.Gateway/Dashboard/modules/gaps.js';
import {
  ALERTS_MAX, alertTone, applyMessage, countFiring, createState, DEVICES_MAX, GAPS_MAX, gatewayNow, isSimulated, listAlerts,
  RATE_POINTS, SERIES_MAX, sumBacklog,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/state.js';

const START = Date.UTC(2026, 10, 21, 10);
const iso = (seconds) => new Date(START + seconds * 1000).toISOString();
const reading = (key, seconds, values, simulated = false) => ({ key, time: iso(seconds), simulated, values });
const alert = (id, state, seconds) => ({ id, rule: 'r', severity: 'warning', state, key: 'k', firedAt: iso(seconds) });

test('Readings make devices and series', () => {
  const state = createState();
  const changed = applyMessage(state, {
    type: 'readings', readings: [reading('a', 0, { x: 1, text: 'no', none: null }), reading('a', 2, { x: 2 })],
  }, START);
  assert.deepEqual([...changed], ['devices']);
  const device = state.devices.get('a');
  assert.deepEqual([...device.series.keys()], ['x']);
  assert.equal(device.series.get('x').newestValue, 2);
  assert.equal(device.lastSeen, START + 2000);
});

test('History sent again after a reconnection adds only what is new', () => {
  const state = createState();
  const history = [0, 2, 4].map((seconds) => reading('a', seconds, { x: seconds }));
  applyMessage(state, { type: 'history', readings: history, alerts: [] }, START);
  applyMessage(state, { type: 'history', readings: [...history, reading('a', 6, { x: 6 })], alerts: [] }, START);
  assert.equal(state.devices.get('a').series.get('x').count, 4);
});

test('Gaps are kept by stream, once each, the newest of them, and go with their stream', () => {
  const state = createState();
  const gap = (last) => ({ stream: 'readings', shard: 's', first: last - 1, last, reason: 'damaged' });
  const streams = [{ name: 'readings' }];
  const changed = applyMessage(state, { type: 'readings', readings: [], gaps: [gap(7), gap(9)] }, START);
  assert.deepEqual([...changed], ['streams']);
  applyMessage(state, { type: 'history', readings: [], alerts: [], gaps: [{ ...gap(9), first: 9 }] }, START);
  assert.deepEqual(state.gaps.get('readings').map((item) => item.last), [7, 9]);
  for (let index = 0; index < GAPS_MAX; index++) {
    applyMessage(state, { type: 'readings', readings: [], gaps: [gap(100 + index)] }, START);
  }
  assert.equal(state.gaps.get('readings').length, GAPS_MAX);
  assert.equal(state.gaps.get('readings')[0].last, 100);
  applyMessage(state, { type: 'status', streams }, START);
  assert.equal(state.gaps.size, 1);
  applyMessage(state, { type: 'status', streams: [] }, START);
  assert.equal(state.gaps.size, 0);
});

test('A gap is told in words', () => {
  const gap = { shard: 'shardId-0', first: 5, last: 5, reason: 'damaged' };
  assert.equal(describeGap(gap), 'Record 5 of shardId-0 is missing: damaged.');
  assert.equal(describeGap({ ...gap, last: 9, reason: 'evicted' }),
    'Records 5 to 9 of shardId-0 are missing: evicted, 5 in all.');
});

test('The simulated mark comes from the reading or from the reserved key, and stays', () => {
  const state = createState();
  applyMessage(state, {
    type: 'readings',
    readings: [reading('simulated/tank', 0, { x: 1 }), reading('b', 0, { x: 1 }, true), reading('c', 0, {})],
  }, START);
  applyMessage(state, { type: 'readings', readings: [reading('b', 2, { x: 1 })] }, START);
  assert.deepEqual(['simulated/tank', 'b', 'c', 'simulated/unseen', undefined].map((key) => isSimulated(state, key)),
    [true, true, false, true, false]);
});

test('Alerts fire and resolve by id, firing first and newest first', () => {
  const state = createState();
  for (const item of [alert('1', 'firing', 0), alert('2', 'firing', 10), alert('3', 'resolved', 20)]) {
    applyMessage(state, { type: 'alert', alert: item }, START);
  }
  assert.deepEqual(listAlerts(state).map((item) => item.id), ['2', '1', '3']);
  applyMessage(state, { type: 'alert', alert: alert('2', 'resolved', 10) }, START);
  assert.deepEqual(listAlerts(state).map((item) => item.id), ['1', '3', '2']);
  assert.equal(countFiring(state), 1);
});

test('Alerts are bounded and firing ones outlive resolved ones', () => {
  const state = createState();
  applyMessage(state, { type: 'alert', alert: alert('old', 'firing', 0) }, START);
  for (let index = 0; index < ALERTS_MAX * 2; index++) {
    applyMessage(state, { type: 'alert', alert: alert(`n${index}`, 'resolved', index + 1) }, START);
  }
  assert.equal(state.alerts.size, ALERTS_MAX);
  assert.ok(state.alerts.has('old'));
});

test('Devices are bounded and the longest silent leave first', () => {
  const state = createState();
  for (let index = 0; index < DEVICES_MAX + 50; index++) {
    applyMessage(state, { type: 'readings', readings: [reading(`d${index}`, index, { x: 1 })] }, START);
  }
  assert.equal(state.devices.size, DEVICES_MAX);
  assert.equal(state.devicesForgotten, 50);
  assert.ok(!state.devices.has('d0') && state.devices.has(`d${DEVICES_MAX + 49}`));
});

test('Series are bounded over all devices and within one', () => {
  const state = createState();
  const values = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, index]));
  const readings = Array.from({ length: 200 }, (_, index) => reading(`d${index}`, index, values));
  applyMessage(state, { type: 'readings', readings }, START);
  const counts = [...state.devices.values()].map((device) => device.series.size);
  assert.ok(counts.every((count) => count === FIELDS_MAX));
  assert.ok(counts.reduce((sum, count) => sum + count, 0) <= SERIES_MAX);
  assert.ok(state.devices.get('d199').fieldsIgnored);
});

test('A status replaces the lists it carries and keeps the others', () => {
  const state = createState();
  const status = { startedAt: iso(0), uptimeSeconds: 60 };
  const full = { type: 'status', status, streams: [{ name: 's', recordsPerSecond: 3 }], rules: [{ name: 'r' }] };
  applyMessage(state, full, START);
  const changed = applyMessage(state, { type: 'status', status, streams: [] }, START);
  assert.deepEqual([...changed], ['status', 'streams']);
  assert.equal(state.streams.length, 0);
  assert.equal(state.rules.length, 1);
});

test('Rates and backlog peaks are kept for present names only', () => {
  const state = createState();
  const send = (name, rate) => applyMessage(state, {
    type: 'status', streams: [{ name, recordsPerSecond: rate }], deliveries: [{ name, backlogBytes: rate }],
  }, START);
  for (let index = 0; index < RATE_POINTS + 30; index++) send('one', index);
  assert.equal(state.rates.get('one').length, RATE_POINTS);
  assert.equal(state.backlogPeaks.get('one'), RATE_POINTS + 29);
  send('two', 1);
  assert.deepEqual([...state.rates.keys()].sort(), ['', 'two']);
  assert.deepEqual([...state.backlogPeaks.keys()], ['two']);
});

test('Of each delivery that is there the last lags and rates are kept', () => {
  const state = createState();
  const send = (name, lagSeconds, drainRecordsPerSecond) => applyMessage(
    state, { type: 'status', deliveries: [{ name, lagSeconds, drainRecordsPerSecond }] }, START);
  for (let index = 0; index < RATE_POINTS + 5; index++) send('up', index, 2 * index);
  assert.equal(state.trends.get('up').lag.length, RATE_POINTS);
  assert.equal(state.trends.get('up').lag.at(-1), RATE_POINTS + 4);
  assert.equal(state.trends.get('up').rate.at(0), 10);
  applyMessage(state, { type: 'status', streams: [] }, START);
  assert.equal(state.trends.get('up').rate.at(-1), 2 * (RATE_POINTS + 4));
  send('other', undefined, null);
  assert.deepEqual(state.trends.get('other'), { lag: [0], rate: [0] });
  assert.ok(!state.trends.has('up'));
});

test('The gateway’s clock is followed when it differs and not when it jitters', () => {
  const state = createState();
  const at = (uptimeSeconds, nowMs) => {
    applyMessage(state, { type: 'status', status: { startedAt: iso(0), uptimeSeconds } }, nowMs);
  };
  at(10, START + 10_900);
  assert.equal(gatewayNow(state, START + 10_900), START + 10_900);
  at(10, START + 3_600_000);
  assert.equal(gatewayNow(state, START + 3_601_000), START + 11_000);
});

test('Beside a live socket the device list introduces devices but adds no sample to a series', () => {
  const state = createState();
  applyMessage(state, { type: 'readings', readings: [reading('a', 0, { x: 1 })] }, START);
  const devices = [
    { id: 'a', source: 'mqtt', lastSeen: iso(5), readings: 7, values: { x: 9 } },
    { id: 'quiet', source: 'board', lastSeen: iso(5), readings: 1, values: { y: 2 } },
  ];
  applyMessage(state, { type: 'devices', devices }, START);
  assert.equal(state.devices.get('a').source, 'mqtt');
  assert.equal(state.devices.get('a').series.get('x').newestValue, 1);
  assert.equal(state.devices.get('quiet').series.get('y').newestValue, 2);
  applyMessage(state, { type: 'devices', devices, sampled: true }, START);
  assert.equal(state.devices.get('a').series.get('x').newestValue, 9);
});

test('Malformed messages change nothing', () => {
  const state = createState();
  const messages = [null, undefined, 5, {}, { type: 'later' }, { type: 'readings' },
    { type: 'readings', readings: [null, 3, { key: 1 }] },
    { type: 'alert' }, { type: 'alert', alert: { id: 4 } }, { type: 'devices', devices: [null, {}] },
    { type: 'status', status: 'no', streams: 'no' }, { type: 'history' }];
  for (const message of messages) assert.equal(applyMessage(state, message, START).size, 0, JSON.stringify(message));
  applyMessage(state, { type: 'readings', readings: [{ key: 'a', time: 'never', values: { x: 1 } }] }, START);
  assert.equal(state.devices.get('a').series.size, 0);
  assert.deepEqual(Object.keys(Object.prototype), []);
});

test('Sums and tones tolerate missing members', () => {
  assert.deepEqual(sumBacklog([{ backlogRecords: 2, backlogBytes: 10, lagSeconds: 4 }, { lagSeconds: 9 }, {}]),
    { records: 2, bytes: 10, lagSeconds: 9 });
  assert.deepEqual(['critical', 'error', 'info', 'warning', undefined].map((severity) => alertTone({ severity })),
    ['critical', 'critical', 'info', 'warning', 'warning']);
});
