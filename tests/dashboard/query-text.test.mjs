import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeQuery } from '../../src/EdgeStream.Gateway/Dashboard/modules/query-text.js';

const QUERY = {
  name: 'per-minute', state: 'running', enabled: true, failure: null, rowsIn: 1234, rowsOut: 56, errors: 0, lastError: null,
  memoryBytes: 2048, held: 3, lagRecords: 0, skippedRecords: 0, streams: { RESULT: 56 },
};

test('A query that runs is told in rows and memory', () => {
  assert.deepEqual(describeQuery(QUERY), {
    state: 'running', rows: '1\u202f234 in, 56 out', held: '2.00 KiB of memory, 3 groups and rows held',
    streams: 'Rows by stream: RESULT 56', problem: '',
  });
});

test('What is wrong with a query is told beside what it does', () => {
  const text = describeQuery({
    ...QUERY, state: 'stopped', errors: 1, lagRecords: 7, skippedRecords: 2, failure: 'Its memory is used up.',
    lastError: 'No number.',
  });
  assert.equal(text.rows, '1\u202f234 in, 56 out · 1 error · 7 to read · 2 skipped');
  assert.equal(text.problem, 'Its memory is used up. No number.');
});

test('A query that is switched off says so, and one that tells little is shown all the same', () => {
  assert.equal(describeQuery({ ...QUERY, enabled: false }).state, 'switched off');
  assert.deepEqual(describeQuery({ name: 'x' }), {
    state: 'unknown', rows: '— in, — out', held: '— of memory', streams: '', problem: '',
  });
});

test('Of many streams some are named', () => {
  const streams = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`S${index}`, index]));
  assert.match(describeQuery({ ...QUERY, streams }).streams, /^Rows by stream: S0 0, .*S5 5, 3 more$/);
});
