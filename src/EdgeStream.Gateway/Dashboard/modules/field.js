/**
 * What a numeric field's name says about it: a label, a unit, how its scale should look, and how interesting it is.
 *
 * Names follow the convention "whole words, unit last" (`cpu_temperature_celsius`); a few short endings that devices
 * in the field use and that can mean only one thing (`_hpa`, `_pct`) are known too. An unknown ending is part of the
 * label and the value has no unit. Pure.
 */

import { formatFixed, formatNumber, splitBytes } from './format.js';

/** @typedef {'plain' | 'bytes' | 'bytes-per-second' | 'percent' | 'temperature' | 'metric'} FieldKind */

/** Longest ending first, because `_bytes_per_second` also ends in `_per_second`. */
const UNITS = [
  ['_micrograms_per_cubic_meter', 'µg/m³', 'plain'],
  ['_bytes_per_second', 'B/s', 'bytes-per-second'],
  ['_bits_per_second', 'bit/s', 'metric'],
  ['_kilowatt_hours', 'kWh', 'plain'],
  ['_milliamperes', 'mA', 'plain'],
  ['_milliseconds', 'ms', 'plain'],
  ['_microseconds', 'µs', 'plain'],
  ['_hectopascals', 'hPa', 'plain'],
  ['_kilopascals', 'kPa', 'plain'],
  ['_millimeters', 'mm', 'plain'],
  ['_centimeters', 'cm', 'plain'],
  ['_fahrenheit', '°F', 'temperature'],
  ['_millivolts', 'mV', 'plain'],
  ['_milliwatts', 'mW', 'plain'],
  ['_watt_hours', 'Wh', 'plain'],
  ['_microwatts', 'µW', 'plain'],
  ['_kilograms', 'kg', 'plain'],
  ['_kilowatts', 'kW', 'plain'],
  ['_decibels', 'dB', 'plain'],
  ['_degrees', '°', 'plain'],
  ['_celsius', '°C', 'temperature'],
  ['_percent', '%', 'percent'],
  ['_pascals', 'Pa', 'plain'],
  ['_amperes', 'A', 'plain'],
  ['_seconds', 's', 'plain'],
  ['_kelvin', 'K', 'temperature'],
  ['_joules', 'J', 'plain'],
  ['_meters', 'm', 'plain'],
  ['_liters', 'L', 'plain'],
  ['_bytes', 'B', 'bytes'],
  ['_hertz', 'Hz', 'metric'],
  ['_volts', 'V', 'plain'],
  ['_watts', 'W', 'plain'],
  ['_grams', 'g', 'plain'],
  ['_amps', 'A', 'plain'],
  ['_ohms', 'Ω', 'metric'],
  ['_lux', 'lx', 'plain'],
  ['_ppm', 'ppm', 'plain'],
  ['_ppb', 'ppb', 'plain'],
  ['_rpm', 'rpm', 'plain'],
  ['_dbm', 'dBm', 'plain'],
  ['_hpa', 'hPa', 'plain'],
  ['_pct', '%', 'percent'],
  ['_bar', 'bar', 'plain'],
  ['_kpa', 'kPa', 'plain'],
  ['_kwh', 'kWh', 'plain'],
  ['_mm', 'mm', 'plain'],
  ['_cm', 'cm', 'plain'],
  ['_mv', 'mV', 'plain'],
  ['_ma', 'mA', 'plain'],
  ['_ms', 'ms', 'plain'],
  ['_hz', 'Hz', 'metric'],
];

/** `_liters_per_minute` is liters by minute; only the units above that have a name of their own escape this. */
const PER = [['_per_second', '/s'], ['_per_minute', '/min'], ['_per_hour', '/h']];

/** First match wins. A higher score is shown first; negative scores are bookkeeping, not measurements. */
const INTEREST = [
  [/(^|_)(sequence|seq|counter|count|total|uptime|timestamp|time|epoch|id|version|rssi|boot)(_|$)/, -10],
  [/(crit|critical|limit|threshold|alarm|max|min|target|setpoint)(_|$)/, -5],
  [/^(cpu_|soc_)?temperature|^temp(_|$)/, 100],
  [/load_average/, 50],
  [/load/, 85],
  [/humidity|moisture/, 80],
  [/memory_used/, 75],
  [/memory/, 45],
  [/temperature|_celsius$/, 72],
  [/pressure|vibration|power|voltage|current|flow|level|co2|lux|speed/, 70],
  [/percent/, 60],
  [/^value$/, 55],
  [/per_second|rate/, 30],
];

const METRIC_STEPS = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

/**
 * @param {string} name a field's name as the device sent it
 * @returns {{name: string, label: string, unit: string, kind: FieldKind, interest: number}}
 */
export function describeField(name) {
  const lower = name.toLowerCase();
  const { length, unit, kind } = findUnit(lower);
  const stem = name.slice(0, name.length - length);
  const label = stem.replace(/[_\s]+/g, ' ').trim() || name;
  return {
    name,
    label: label.startsWith('cpu ') ? `CPU ${label.slice(4)}` : label,
    unit,
    kind,
    interest: INTEREST.find(([pattern]) => pattern.test(lower))?.[1] ?? 40,
  };
}

/** Field names in the order they deserve to be shown: interest first, then by name. */
export function orderFields(names) {
  return [...names]
    .map(describeField)
    .sort((left, right) => right.interest - left.interest || compare(left.name, right.name));
}

/**
 * A value and its unit as two texts, scaled when the unit allows it (bytes, hertz).
 * @returns {{text: string, unit: string}}
 */
export function formatValue(field, value) {
  if (field.kind === 'bytes' || field.kind === 'bytes-per-second') {
    const { text, unit } = splitBytes(value);
    return { text, unit: unit && field.kind === 'bytes-per-second' ? `${unit}/s` : unit };
  }
  if (field.kind === 'metric') {
    const [factor, prefix] = METRIC_STEPS.find(([step]) => Math.abs(value) >= step) ?? [1, ''];
    return { text: formatNumber(value / factor), unit: prefix + field.unit };
  }
  if (field.kind === 'temperature' || field.kind === 'percent') {
    return { text: formatFixed(value, 1), unit: field.unit };
  }
  return { text: formatNumber(value), unit: field.unit };
}

/** @returns {{length: number, unit: string, kind: FieldKind}} how much of the name's end the unit takes */
function findUnit(lower) {
  const match = UNITS.find(([ending]) => lower.length > ending.length && lower.endsWith(ending));
  if (match) return { length: match[0].length, unit: match[1], kind: match[2] };
  const per = PER.find(([ending]) => lower.length > ending.length && lower.endsWith(ending));
  if (!per) return { length: 0, unit: '', kind: 'plain' };
  const base = findUnit(lower.slice(0, -per[0].length));
  return { length: per[0].length + base.length, unit: base.unit + per[1], kind: 'plain' };
}

function compare(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}
