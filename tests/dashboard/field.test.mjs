import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeField, formatValue, orderFields,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/field.js';

test('The unit is read from the name’s ending', () => {
  const cases = {
    cpu_temperature_celsius: ['CPU temperature', '°C'],
    memory_used_percent: ['memory used', '%'],
    network_eth0_received_bytes_per_second: ['network eth0 received', 'B/s'],
    battery_volts: ['battery', 'V'],
    wind_meters_per_second: ['wind', 'm/s'],
    velocity_rms_millimeters_per_second: ['velocity rms', 'mm/s'],
    inflow_liters_per_minute: ['inflow', 'L/min'],
    vibration_mm_per_second: ['vibration', 'mm/s'],
    requests_per_second: ['requests', '/s'],
    value: ['value', ''],
    celsius: ['celsius', ''],
    temperature: ['temperature', ''],
    '': ['', ''],
  };
  for (const [name, [label, unit]] of Object.entries(cases)) {
    const field = describeField(name);
    assert.deepEqual([field.label, field.unit], [label, unit], name);
  }
});

test('Byte units scale with the value', () => {
  assert.deepEqual(formatValue(describeField('rx_bytes_per_second'), 5 * 1024), { text: '5.00', unit: 'KiB/s' });
  assert.deepEqual(formatValue(describeField('heap_bytes'), 3 * 2 ** 20), { text: '3.00', unit: 'MiB' });
  assert.deepEqual(formatValue(describeField('clock_hertz'), 1.5e9), { text: '1.50', unit: 'GHz' });
  assert.deepEqual(formatValue(describeField('room_celsius'), 21.46), { text: '21.5', unit: '°C' });
  assert.equal(formatValue(describeField('room_celsius'), NaN).text, '—');
});

test('The most interesting fields come first and bookkeeping last', () => {
  const names = ['sequence', 'load_average_1m', 'memory_available_bytes', 'network_eth0_received_bytes_per_second',
    'disk_used_percent', 'memory_used_percent', 'uptime_seconds', 'cpu_load_percent', 'cpu_temperature_celsius'];
  assert.deepEqual(orderFields(names).map((field) => field.name), ['cpu_temperature_celsius', 'cpu_load_percent',
    'memory_used_percent', 'disk_used_percent', 'load_average_1m', 'memory_available_bytes',
    'network_eth0_received_bytes_per_second', 'sequence', 'uptime_seconds']);
});

test('Hostile names are only text', () => {
  for (const name of ['<script>alert(1)</script>', '__proto__', 'constructor', '\u202e', '_'.repeat(50)]) {
    const field = describeField(name);
    assert.equal(field.name, name);
    assert.equal(typeof field.label, 'string');
  }
});
