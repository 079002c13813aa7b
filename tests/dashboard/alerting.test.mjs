import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMarks } from '../../src/EdgeStream.Gateway/Dashboard/modules/alert-marks.js';
import { applyMessage, createState, listPending, marksOf } from '../../src/EdgeStream.Gateway/Dashboard/modules/state.js';

const START = Date.UTC(2026, 10, 21, 10);
const pending = (id, heldSeconds) => ({ id, rule: 'r', state: 'pending', key: 'k', heldSeconds, forSeconds: 60 });
const alert = (id, state) => ({ id, rule: 'r', state, key: 'k', firedAt: new Date(START).toISOString() });

test('What is pending shows, the one that fires first first, until it fires', () => {
  const state = createState();
  assert.deepEqual(listPending(state), []);
  const changed = applyMessage(state, {
    type: 'status', alerting: { pending: [pending('a', 5), pending('b', 50)], marks: [] },
  }, START);
  assert.ok(changed.has('alerts'));
  assert.deepEqual(listPending(state).map((one) => one.id), ['b', 'a']);
  applyMessage(state, { type: 'alert', alert: alert('b', 'firing') }, START);
  assert.deepEqual(listPending(state).map((one) => one.id), ['a']);
});

test('Marks of an alert are those of the newest status, and none when it is over', () => {
  const state = createState();
  const told = { ...alert('a', 'firing'), silence: 's1', silencedUntil: new Date(START).toISOString() };
  assert.equal(marksOf(state, told).silence, 's1');
  applyMessage(state, { type: 'status', alerting: { pending: [], marks: [{ id: 'a', flapping: true }] } }, START);
  assert.deepEqual(marksOf(state, told), {
    silence: undefined, silencedUntil: undefined, acknowledged: undefined, flapping: true,
  });
  assert.deepEqual(marksOf(state, { ...told, state: 'resolved' }), {});
});

test('Marks are told in words', () => {
  assert.equal(describeMarks({}), '');
  assert.equal(describeMarks({ acknowledged: { by: 'ann', comment: 'on my way' }, flapping: true }),
    'acknowledged by ann: on my way · flapping');
  assert.match(describeMarks({ silence: 's', silencedUntil: new Date(START).toISOString() }), /^silenced until \d/);
  assert.equal(describeMarks({ silence: 's' }), 'silenced');
});
