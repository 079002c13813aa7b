/**
 * Numbers, byte counts, durations and times as text for people. Pure; every function accepts anything and answers
 * with an em dash for what is not a finite number, because the values come from devices and from a server that may
 * be newer than this page.
 */

export const NONE = '—';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Three or four significant digits, without a needless fraction: 0.0123, 4.57, 21.5, 812, 1 234. */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2).replace('e+', 'e').replace('-', '−');
  const rounded = Number(size.toFixed(decimalsFor(size)));
  return sign(value) + group(rounded.toFixed(decimalsFor(rounded)));
}

/** Like {@link formatNumber} with a fixed count of decimals, for values that should not jitter in width. */
export function formatFixed(value, decimals) {
  if (!Number.isFinite(value)) return NONE;
  if (Math.abs(value) >= 1e9) return formatNumber(value);
  return sign(value) + group(Math.abs(value).toFixed(decimals));
}

/** A whole count with narrow no-break spaces between thousands; from a million on with k/M/G… and three digits. */
export function formatCount(value) {
  if (!Number.isFinite(value)) return NONE;
  if (Math.abs(value) < 1e6) return sign(value) + group(String(Math.round(Math.abs(value))));
  const { scaled, unit } = scale(value, 1000, COUNT_UNITS);
  return `${threeDigits(scaled)} ${unit}`;
}

/** Records per second: one decimal below ten, none above. */
export function formatRate(value) {
  if (!Number.isFinite(value)) return NONE;
  if (value > 0 && value < 0.05) return '<0.1';
  return Math.abs(value) < 10 && value !== 0 ? value.toFixed(1) : formatCount(value);
}

/** @returns {{text: string, unit: string}} a byte count in IEC units, three digits. */
export function splitBytes(value) {
  if (!Number.isFinite(value)) return { text: NONE, unit: '' };
  const { scaled, unit } = scale(value, 1024, BYTE_UNITS);
  return { text: unit === 'B' ? String(Math.round(scaled)) : threeDigits(scaled), unit };
}

export function formatBytes(value) {
  const { text, unit } = splitBytes(value);
  return unit ? `${text} ${unit}` : text;
}

/** A span of seconds by its two largest parts: 4.2 s, 42 s, 3 min 10 s, 5 h 2 min, 3 d 4 h. */
export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 0) seconds = 0;
  if (seconds < 10 && seconds % 1 !== 0) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return pair(Math.floor(whole / 3600), 'h', Math.floor(whole % 3600 / 60), 'min');
  return pair(Math.floor(whole / 86400), 'd', Math.floor(whole % 86400 / 3600), 'h');
}

/** How long ago, by its largest part only: now, 12 s ago, 3 min ago, 2 d ago. */
export function formatAgo(seconds) {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

/** Local wall time HH:MM:SS, or HH:MM. */
export function formatClock(timeMs, withSeconds = true) {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return NONE;
  const text = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${text}:${two(date.getSeconds())}` : text;
}

/** Local date and time, for titles. */
export function formatDateTime(timeMs) {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return NONE;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${formatClock(timeMs)}`;
}

/** Milliseconds since the epoch of an ISO time, NaN when it is none. */
export function parseTime(text) {
  return typeof text === 'string' ? Date.parse(text) : NaN;
}

function scale(value, step, units) {
  let scaled = value;
  let index = 0;
  while (Math.abs(scaled) >= 999.5 && index < units.length - 1) {
    scaled /= step;
    index++;
  }
  return { scaled, unit: units[index] };
}

function threeDigits(value) {
  const size = Math.abs(value);
  return size >= 1e6 ? value.toExponential(2).replace('e+', 'e')
    : value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

function decimalsFor(size) {
  if (size >= 100) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return size >= 0.1 ? 3 : 4;
}

function group(text) {
  const [whole, fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function sign(value) {
  return value < 0 ? '−' : '';
}

function pair(first, firstUnit, second, secondUnit) {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`;
}

function two(number) {
  return String(number).padStart(2, '0');
}
