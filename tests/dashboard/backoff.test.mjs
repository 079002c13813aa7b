import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  RETRY_DELAY_MS_FIRST, RETRY_DELAY_MS_MAX, retryDelayMs,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/backoff.js';

test('Delays double up to the maximum', () => {
  const longest = (attempt) => retryDelayMs(attempt, () => 1);
  assert.deepEqual([0, 1, 2, 3].map(longest), [1, 2, 4, 8].map((factor) => factor * RETRY_DELAY_MS_FIRST));
  assert.equal(longest(10), RETRY_DELAY_MS_MAX);
  assert.equal(longest(1e6), RETRY_DELAY_MS_MAX);
});

test('Jitter takes away at most half', () => {
  assert.equal(retryDelayMs(10, () => 0), RETRY_DELAY_MS_MAX / 2);
});
