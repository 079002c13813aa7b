import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeSeries } from '../../src/EdgeStream.Gateway/Dashboard/modules/time-series.js';

function values(series) {
  return Array.from({ length: series.count }, (_, index) => series.lastAt(index));
}

test('A full series overwrites its oldest bucket', () => {
  const series = new TimeSeries({ capacity: 100, bucketMs: 1 });
  for (let time = 0; time < 350; time++) series.add(time, time * 2);
  assert.equal(series.count, 100);
  assert.equal(series.timeAt(0), 250);
  assert.deepEqual(values(series), Array.from({ length: 100 }, (_, index) => (250 + index) * 2));
});

test('Growing keeps every bucket in order', () => {
  const series = new TimeSeries({ capacity: 1000, bucketMs: 1 });
  for (let time = 0; time < 777; time++) series.add(time, -time);
  assert.deepEqual(values(series), Array.from({ length: 777 }, (_, index) => -index));
});

test('A spike inside a bucket survives as its extreme', () => {
  const series = new TimeSeries({ bucketMs: 1000 });
  series.add(5000, 20);
  series.add(5100, 99);
  series.add(5200, -3);
  series.add(5999, 21);
  series.add(6000, 22);
  assert.equal(series.count, 2);
  assert.deepEqual([series.minAt(0), series.maxAt(0), series.lastAt(0)], [-3, 99, 21]);
  assert.deepEqual(series.extentSince(0), { min: -3, max: 99 });
  assert.deepEqual(series.extentSince(5500), { min: 22, max: 22 });
});

test('A sample that is not newer is refused, so that repeated history changes nothing', () => {
  const series = new TimeSeries({ bucketMs: 1 });
  assert.equal(series.add(1000, 1), true);
  assert.equal(series.add(2000, 2), true);
  assert.equal(series.add(2000, 3), false);
  assert.equal(series.add(1500, 4), false);
  assert.deepEqual(values(series), [1, 2]);
});

test('A clock set far back starts the series again', () => {
  const series = new TimeSeries({ bucketMs: 1, resetMs: 1000 });
  series.add(10_000, 1);
  assert.equal(series.add(9_000, 2), true);
  assert.deepEqual(values(series), [2]);
});

test('What is not finite is refused', () => {
  const series = new TimeSeries();
  for (const value of [NaN, Infinity, -Infinity]) assert.equal(series.add(1, value), false);
  assert.equal(series.add(NaN, 1), false);
  assert.equal(series.count, 0);
  assert.ok(Number.isNaN(series.newestValue));
});

test('The nearest bucket is found on both sides', () => {
  const series = new TimeSeries({ bucketMs: 1 });
  assert.equal(series.indexNearest(5), -1);
  for (const time of [100, 200, 300]) series.add(time, time);
  assert.deepEqual([0, 149, 151, 250, 999].map((time) => series.indexNearest(time)), [0, 0, 1, 1, 2]);
  assert.deepEqual([0, 100, 101, 301].map((time) => series.indexAtOrAfter(time)), [0, 0, 1, 3]);
});
