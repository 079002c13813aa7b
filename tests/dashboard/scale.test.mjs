import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashRange } from '../../src/EdgeStream.Gateway/Dashboard/modules/hash-range.js';
import {
  linearScale, niceStep, timeTicks, valueDomain,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/scale.js';
import { sparklinePoints } from '../../src/EdgeStream.Gateway/Dashboard/modules/sparkline.js';

test('A scale maps ends to ends and an empty domain to the middle', () => {
  const scale = linearScale(10, 20, 0, 100);
  assert.deepEqual([10, 15, 20].map(scale), [0, 50, 100]);
  assert.equal(linearScale(5, 5, 0, 100)(5), 50);
});

test('Steps are round', () => {
  assert.deepEqual([0.7, 1, 1.1, 2.2, 3, 7, 42].map(niceStep), [1, 1, 2, 2.5, 5, 10, 50]);
});

test('The domain always contains the values', () => {
  const cases = [[0, 0], [21.5, 21.5], [-3, 17], [0.001, 0.0012], [1e12, 1.0001e12], [-5, -5], [99, 100], [0, 3e9]];
  for (const kind of ['plain', 'percent', 'bytes', 'bytes-per-second', 'temperature', 'metric']) {
    for (const [min, max] of cases) {
      const domain = valueDomain(min, max, kind);
      const text = `${kind} ${min}..${max} → ${domain.min}..${domain.max}`;
      assert.ok(domain.min <= min && domain.max >= max && domain.max > domain.min, text);
    }
  }
});

test('Noise is not blown up to fill the picture', () => {
  const temperature = valueDomain(21.49, 21.51, 'temperature');
  assert.ok(temperature.max - temperature.min >= 2);
  const load = valueDomain(1, 2, 'percent');
  assert.deepEqual(load, { min: 0, max: 10 });
  assert.deepEqual(valueDomain(20, 60, 'percent'), { min: 0, max: 100 });
});

test('The largest numbers there are still give a domain', () => {
  const domain = valueDomain(-1.7e308, 1.7e308, 'plain');
  assert.ok(!Number.isNaN(domain.min) && !Number.isNaN(domain.max));
});

test('Time ticks are round and no more than asked for', () => {
  const start = Date.UTC(2026, 10, 21, 10, 0, 7);
  for (const [spanMs, countMax] of [[60_000, 6], [300_000, 5], [900_000, 4], [900_000, 1]]) {
    const ticks = timeTicks(start, start + spanMs, countMax);
    assert.ok(ticks.length >= 1 && ticks.length <= countMax + 1, `${spanMs}: ${ticks.length}`);
    assert.ok(ticks.every((time) => time > start && time <= start + spanMs && time % 1000 === 0));
  }
  assert.deepEqual(timeTicks(start, start, 5), []);
  assert.deepEqual(timeTicks(0, 1e15, 5), []);
});

test('Shards cover the key space side by side', () => {
  const space = 1n << 128n;
  const low = hashRange('0', String(space / 4n - 1n));
  const rest = hashRange(String(space / 4n), String(space - 1n));
  assert.deepEqual([low.start, low.width, rest.start, rest.width], [0, 0.25, 0.25, 0.75]);
  assert.equal(low.label, '0000…–3fff…');
});

test('What is no hash range is none', () => {
  for (const [low, high] of [['5', '3'], ['x', '9'], [null, '1'], ['-1', '3'], ['0', String(1n << 128n)]]) {
    assert.equal(hashRange(low, high), null);
  }
});

test('A sparkline ends at the right edge and rests on zero', () => {
  assert.equal(sparklinePoints([1], 10, 100, 24), '');
  assert.equal(sparklinePoints([0, 5, 10], 3, 100, 23), '0.0,22.0 50.0,12.0 100.0,2.0');
  assert.ok(!sparklinePoints([0, 0, 0], 3, 100, 23).includes('NaN'));
});
