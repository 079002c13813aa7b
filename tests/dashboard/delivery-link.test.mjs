import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDrain, describeHistory, describeHold, describeWire }
  from '../../src/EdgeStream.Gateway/Dashboard/modules/delivery-link.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');

test('A backlog that goes says how fast and when it is gone', () => {
  assert.equal(
    describeDrain({ backlogRecords: 5000, drainRecordsPerSecond: 250, etaSeconds: 24.2 }),
    '250 records/s, gone in 25 s');
  assert.equal(
    describeDrain({ backlogRecords: 5000, drainRecordsPerSecond: 2.5, etaSeconds: null }),
    '2.5 records/s, not getting less');
});

test('Where nothing waits, or nothing goes, nothing is said of it', () => {
  assert.equal(describeDrain({ backlogRecords: 0, drainRecordsPerSecond: 250, etaSeconds: null }), '');
  assert.equal(describeDrain({ backlogRecords: 5000, drainRecordsPerSecond: 0, etaSeconds: null }), '');
  assert.equal(describeDrain({}), '');
});

test('What waits beside what comes now is counted', () => {
  assert.equal(describeHistory({ historyRecords: 120 }), '120 of them go out beside what comes now');
  assert.equal(describeHistory({ historyRecords: 0 }), '');
  assert.equal(describeHistory({}), '');
});

test('What holds it up is named, with its end', () => {
  assert.equal(
    describeHold({ hold: 'window', nextAttemptAt: '2026-11-20T22:00:00Z' }, NOW),
    'waits for its window, for 10 h more');
  assert.match(
    describeHold({ hold: 'month', bytesPerMonth: 1048576, nextAttemptAt: '2026-12-01T00:00:00Z' }, NOW),
    /^the month’s 1[.0]* MiB are used up, for 10 d 12 h more$/);
  assert.equal(describeHold({ hold: 'none', breaker: 'open' }, NOW), 'breaker open: one shard tries for all');
  assert.match(describeHold({ hold: 'none', breaker: 'half-open' }, NOW), /on trial/);
  assert.equal(describeHold({ hold: 'none', breaker: 'closed' }, NOW), '');
  assert.equal(describeHold({}, NOW), '');
});

test('What went over the link is told with its price and its limits', () => {
  assert.match(
    describeWire({
      wireSentBytes: 2048, wireReceivedBytes: 512, wireBytesPerRecord: 25.6, monthBytes: 2560, bytesPerMonth: 1048576,
      bytesPerSecond: 65536,
    }),
    /^2[.0]* KiB sent, 512 B received · 26 B a record · 2.50? KiB of 1[.0]* MiB this month · at most 64[.0]* KiB\/s$/);
  assert.match(
    describeWire({ wireSentBytes: 2048, wireReceivedBytes: 0, wireBytesPerRecord: null, bytesPerMonth: null }),
    /^2[.0]* KiB sent, 0 B received$/);
  assert.equal(describeWire({ wireSentBytes: 0, wireReceivedBytes: 0 }), '');
  assert.equal(describeWire({}), '');
});
