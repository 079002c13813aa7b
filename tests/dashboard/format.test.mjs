import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatAgo, formatBytes, formatCount, formatDuration, formatFixed, formatNumber, formatRate, NONE, parseTime,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/format.js';

const plain = (text) => text.replaceAll('\u202f', ' ');

test('Numbers keep three or four digits', () => {
  const texts = [0, 21.46, 9.996, 99.97, 1234.5, 0.01234, -3.14159, 812].map((value) => plain(formatNumber(value)));
  assert.deepEqual(texts, ['0', '21.5', '10.0', '100', '1 235', '0.0123', '−3.14', '812']);
});

test('Huge and tiny numbers turn exponential instead of breaking the layout', () => {
  assert.equal(formatNumber(1e308), '1.00e308');
  assert.equal(formatNumber(1e-300), '1.00e−300');
  assert.ok(formatFixed(1e300, 1).length < 12);
  assert.ok(formatCount(1e300).length < 14);
  assert.ok(formatBytes(1e300).length < 14);
});

test('What is no number is a dash', () => {
  for (const value of [NaN, Infinity, undefined, null, '5']) {
    assert.equal(formatNumber(value), NONE);
    assert.equal(formatCount(value), NONE);
    assert.equal(formatBytes(value), NONE);
    assert.equal(formatRate(value), NONE);
    assert.equal(formatDuration(value), NONE);
    assert.equal(formatAgo(value), NONE);
  }
  assert.ok(Number.isNaN(parseTime(17)));
});

test('Bytes change unit before they need four digits', () => {
  assert.deepEqual([0, 999, 1000, 1024, 1536, 1.07e9, 2 ** 40].map(formatBytes),
    ['0 B', '999 B', '0.98 KiB', '1.00 KiB', '1.50 KiB', '1.00 GiB', '1.00 TiB']);
});

test('Counts and rates stay short', () => {
  assert.deepEqual([0, 1234, 999_999, 4_812_331].map((value) => plain(formatCount(value))),
    ['0', '1 234', '999 999', '4.81 M']);
  assert.deepEqual([0, 0.02, 0.5, 12.4, 25_000].map((value) => plain(formatRate(value))),
    ['0', '<0.1', '0.5', '12', '25 000']);
});

test('Durations show their two largest parts', () => {
  assert.deepEqual([4.25, 42, 60, 190, 18_120, 273_600, -5].map(formatDuration),
    ['4.3 s', '42 s', '1 min', '3 min 10 s', '5 h 2 min', '3 d 4 h', '0 s']);
  assert.deepEqual([0.2, 12, 200, 7300, 200_000].map(formatAgo),
    ['now', '12 s ago', '3 min ago', '2 h ago', '2 d ago']);
});
