import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatUtc, formatUtcTick, fromField, parseSqlTime, toField,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/sql-time.js';

const NOON = Date.UTC(2026, 10, 22, 12, 30, 15, 250);

test('Times are read as SQL and as JSON write them, in UTC where no zone is named', () => {
  assert.equal(parseSqlTime('2026-11-22 12:30:15.250'), NOON);
  assert.equal(parseSqlTime('2026-11-22T12:30:15.250Z'), NOON);
  assert.equal(parseSqlTime('2026-11-22T12:30:15.250000Z'), NOON);
  assert.equal(parseSqlTime('2026-11-22T13:30:15.250+01:00'), NOON);
  assert.equal(parseSqlTime('2026-11-22'), Date.UTC(2026, 10, 22));
});

test('What is no time is none', () => {
  for (const value of ['', 'now', '12:30', '2026-13-77 12:00', 'site/2026-11-22', 21.5, null, undefined, {}]) {
    assert.ok(Number.isNaN(parseSqlTime(value)), String(value));
  }
});

test('A field holds UTC to the second, and gives back what it holds', () => {
  assert.equal(toField(NOON), '2026-11-22T12:30:15');
  assert.equal(fromField('2026-11-22T12:30:15'), '2026-11-22T12:30:15.000Z');
  assert.equal(fromField('2026-11-22T12:30'), '2026-11-22T12:30:00.000Z');
  assert.equal(fromField(''), '');
  assert.equal(toField(NaN), '');
});

test('An axis names seconds, minutes or days, as there is need', () => {
  assert.equal(formatUtcTick(NOON, 60_000), '12:30:15');
  assert.equal(formatUtcTick(NOON, 3_600_000), '12:30');
  assert.equal(formatUtcTick(NOON, 2 * 86_400_000), '11-22 12:30');
  assert.equal(formatUtcTick(NOON, 60 * 86_400_000), '2026-11-22');
  assert.equal(formatUtc(NOON), '2026-11-22 12:30:15.250 UTC');
  assert.equal(formatUtc(NaN), '');
});
