import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEvictions } from '../../src/EdgeStream.Gateway/Dashboard/modules/evictions.js';
import { describeWear, formatDaysLeft, isWearing } from '../../src/EdgeStream.Gateway/Dashboard/modules/wear.js';

const GIB = 2 ** 30;

test('Wear says who wrote, how fast and how long the card lasts', () => {
  const rows = describeWear({
    device: 'mmcblk0', processBytes: 3 * GIB, deviceBytes: 8 * GIB, processBytesPerDay: GIB,
    deviceBytesPerDay: 2 * GIB, bytesPerPayloadByte: 1.5, deviceBytesPerPayloadByte: 3, enduranceBytes: 30e12, daysLeft: 1200,
  });
  assert.deepEqual(rows, [
    ['Written by EdgeStream', '1.00 GiB a day · 3.00 GiB in all'],
    ['Written to mmcblk0 by all programs', '2.00 GiB a day · 8.00 GiB in all'],
    ['Per byte of payload', '1.50 bytes · 3.00 on the disk'],
    ['Lasts, of 27.3 TiB', '3 years'],
  ]);
});

test('What the gateway does not know is said so and not invented', () => {
  assert.deepEqual(describeWear({ processBytes: 1024, deviceBytes: null, device: null, enduranceBytes: null }), [
    ['Written by EdgeStream', '1.00 KiB in all'],
    ['Written to the disk by all programs', 'not known here'],
    ['Per byte of payload', 'not known yet'],
  ]);
  assert.equal(describeWear(null).length, 3);
  assert.equal(isWearing({ daysLeft: null }), false);
});

test('A life is told in years, and in days when it is short', () => {
  assert.equal(formatDaysLeft(1e6), 'more than 100 years');
  assert.equal(formatDaysLeft(3650), '10 years');
  assert.equal(formatDaysLeft(300.9), '300 d');
  assert.ok(isWearing({ daysLeft: 300 }));
});

test('Evictions name their reasons', () => {
  assert.equal(describeEvictions({ evictedRecords: 0, evictions: { age: 0 } }), '0');
  assert.equal(describeEvictions({ evictedRecords: 12, evictions: { age: 5, budget: 4, unattributed: 3 } }),
    '12: 5 by age, 4 by the disk budget, 3 earlier');
  assert.equal(describeEvictions({ evictedRecords: 7 }), '7');
});
