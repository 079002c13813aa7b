import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceFacts } from '../../src/EdgeStream.Gateway/Dashboard/modules/device-facts.js';

test('A device that is well has its name and what it speaks', () => {
  assert.deepEqual(
    deviceFacts({ alias: 'Attic', dialect: 'zigbee2mqtt', source: 'mqtt', batteryPercent: 97, clockOff: false }),
    ['Attic', 'zigbee2mqtt']);
  assert.deepEqual(deviceFacts({ source: 'board' }), ['board']);
});

test('What somebody should look after is told', () => {
  assert.deepEqual(
    deviceFacts({
      source: 'mqtt', batteryPercent: 11.6, rssiDbm: -91, clockOff: true, clockOffsetSeconds: -3600.2, missing: 4,
    }),
    ['mqtt', 'battery 12 %', 'signal -91 dBm', 'clock −3600 s', '4 missing']);
});

test('What is no device says nothing', () => assert.deepEqual(deviceFacts({ alias: 5, batteryPercent: '1' }), []));
