/**
 * Everything the page knows, and how a message of the gateway changes it.
 *
 * `applyMessage(state, message, nowMs)` accepts the messages of `/api/live` as they are (`status`, `readings`,
 * `alert`, `history`) and, in the same envelope, what the polling fallback fetches (`devices`, `alerts`). It returns
 * the names of the sections that changed. Unknown types and members are passed over, so that an older page works
 * with a newer gateway. No DOM, no clock: `nowMs` is this browser's time at arrival.
 *
 * Bounds: `DEVICES_MAX` devices and `SERIES_MAX` series (the device silent for longest leaves first),
 * `ALERTS_MAX` alerts, `RATE_POINTS` rates and `GAPS_MAX` gaps a stream, twice
 * `RATE_POINTS` a delivery. With 900 buckets of 32 bytes, series take at most 43 MB.
 */

import { Device } from './device.js';
import { deviceFacts } from './device-facts.js';
import { parseTime } from './format.js';

export const DEVICES_MAX = 400;
export const SERIES_MAX = 1_500;
export const ALERTS_MAX = 100;
export const RATE_POINTS = 90;
export const GAPS_MAX = 20;

export function createState() {
  return {
    status: null,
    streams: [],
    deliveries: [],
    rules: [],
    /** @type {Map<string, Device>} */
    devices: new Map(),
    devicesForgotten: 0,
    /** @type {Map<string, object>} by id, in no order; see {@link listAlerts} */
    alerts: new Map(),
    /** What is about to fire, which alerts are silenced or taken care of, and how actions stand; null until told. */
    alerting: null,
    /** @type {Map<string, number[]>} recent records per second by stream; '' holds the sum of all */
    rates: new Map(),
    /** @type {Map<string, {shard: string, first: number, last: number, reason: string}[]>} missing records by stream */
    gaps: new Map(),
    /** @type {Map<string, {lag: number[], rate: number[]}>} recent lags (s) and settled records/s by delivery */
    trends: new Map(),
    /** Highest backlog in bytes seen on this page, by delivery: what a full bar means. */
    backlogPeaks: new Map(),
    /** Gateway time minus browser time. */
    clockSkewMs: 0,
  };
}

/** The gateway's idea of now: boards without a clock battery may live in another year than the browser. */
export function gatewayNow(state, nowMs) {
  return nowMs + state.clockSkewMs;
}

/** @returns {Set<'status'|'streams'|'deliveries'|'rules'|'devices'|'alerts'>} */
export function applyMessage(state, message, nowMs) {
  const changed = new Set();
  switch (message?.type) {
    case 'status':
      applyStatus(state, message, nowMs, changed);
      break;
    case 'readings':
      applyReadings(state, list(message.readings), changed);
      applyGaps(state, list(message.gaps), changed);
      break;
    case 'history':
      applyReadings(state, list(message.readings), changed);
      applyGaps(state, list(message.gaps), changed);
      applyAlerts(state, list(message.alerts), changed);
      break;
    case 'alert':
      applyAlerts(state, [message.alert], changed);
      break;
    case 'alerts':
      applyAlerts(state, list(message.alerts), changed);
      break;
    case 'devices':
      applyDevices(state, list(message.devices), message.sampled === true, changed);
      break;
    default:
  }
  return changed;
}

/** Firing first, then newest first. */
export function listAlerts(state) {
  return [...state.alerts.values()].sort(compareAlerts);
}

/** What is about to fire, the one that will first first. */
export function listPending(state) {
  return list(state.alerting?.pending).filter((pending) => typeof pending?.id === 'string'
    && state.alerts.get(pending.id)?.state !== 'firing')
    .sort((left, right) => (number(left.forSeconds) - number(left.heldSeconds))
      - (number(right.forSeconds) - number(right.heldSeconds)));
}

/** What people have decided about an alert that fires, newest knowledge first. */
export function marksOf(state, alert) {
  if (alert.state !== 'firing') return {};
  const told = state.alerting === null ? alert : list(state.alerting.marks).find((mark) => mark?.id === alert.id);
  const { silence, silencedUntil, acknowledged, flapping } = told ?? {};
  return { silence, silencedUntil, acknowledged, flapping: flapping === true };
}

/** How an alert is coloured: what is not known to be critical or mere information counts as a warning. */
export function alertTone(alert) {
  if (alert.severity === 'critical' || alert.severity === 'error') return 'critical';
  return alert.severity === 'info' ? 'info' : 'warning';
}

export function countFiring(state) {
  let count = 0;
  for (const alert of state.alerts.values()) if (alert.state === 'firing') count++;
  return count;
}

/** Sums over deliveries: what still has to leave this machine, and how old the oldest of it is. */
export function sumBacklog(deliveries) {
  const sum = { records: 0, bytes: 0, lagSeconds: 0 };
  for (const delivery of deliveries) {
    sum.records += number(delivery.backlogRecords);
    sum.bytes += number(delivery.backlogBytes);
    sum.lagSeconds = Math.max(sum.lagSeconds, number(delivery.lagSeconds));
  }
  return sum;
}

/** Whether a partition key's data are simulated, by what its readings said or by the key's reserved prefix. */
export function isSimulated(state, key) {
  return typeof key === 'string' && (key.startsWith('simulated/') || state.devices.get(key)?.simulated === true);
}

function applyStatus(state, message, nowMs, changed) {
  if (message.status && typeof message.status === 'object') {
    state.status = message.status;
    const gatewayMs = parseTime(message.status.startedAt) + number(message.status.uptimeSeconds) * 1000;
    if (Number.isFinite(gatewayMs)) state.clockSkewMs = steadySkew(state.clockSkewMs, gatewayMs - nowMs);
    changed.add('status');
  }
  for (const section of ['streams', 'deliveries', 'rules']) {
    if (!Array.isArray(message[section])) continue;
    state[section] = message[section].filter((item) => item && typeof item.name === 'string');
    changed.add(section);
  }
  if (message.alerting && typeof message.alerting === 'object') {
    state.alerting = message.alerting;
    changed.add('alerts');
  }
  if (changed.has('streams')) recordRates(state);
  if (changed.has('streams')) prune(state.gaps, state.streams);
  for (const delivery of state.deliveries) {
    const peak = state.backlogPeaks.get(delivery.name) ?? 0;
    state.backlogPeaks.set(delivery.name, Math.max(peak, number(delivery.backlogBytes)));
  }
  prune(state.backlogPeaks, state.deliveries);
  if (changed.has('deliveries')) recordTrends(state);
}

function recordTrends(state) {
  for (const delivery of state.deliveries) {
    const trend = state.trends.get(delivery.name) ?? { lag: [], rate: [] };
    pushPoint(trend.lag, number(delivery.lagSeconds));
    pushPoint(trend.rate, number(delivery.drainRecordsPerSecond));
    state.trends.set(delivery.name, trend);
  }
  prune(state.trends, state.deliveries);
}

/** Uptime is cut to whole seconds and messages travel; the skew follows only what is more than that. */
function steadySkew(current, measured) {
  return Math.abs(measured - current) > 2_000 ? measured : current;
}

function recordRates(state) {
  let sum = 0;
  for (const stream of state.streams) {
    const rate = number(stream.recordsPerSecond);
    sum += rate;
    pushRate(state.rates, stream.name, rate);
  }
  pushRate(state.rates, '', sum);
  prune(state.rates, [...state.streams, { name: '' }]);
}

function pushRate(rates, name, rate) {
  const points = rates.get(name) ?? [];
  pushPoint(points, rate);
  rates.set(name, points);
}

function pushPoint(points, value) {
  points.push(value);
  if (points.length > RATE_POINTS) points.shift();
}

function prune(map, items) {
  if (map.size <= items.length) return;
  const names = new Set(items.map((item) => item.name));
  for (const name of map.keys()) if (!names.has(name)) map.delete(name);
}

function applyReadings(state, readings, changed) {
  for (const reading of readings) {
    if (typeof reading?.key !== 'string' || typeof reading.values !== 'object' || !reading.values) continue;
    const device = openDevice(state, reading.key);
    if (reading.simulated === true) device.simulated = true;
    device.add(parseTime(reading.time), reading.values);
    changed.add('devices');
  }
  if (changed.has('devices')) forgetSilent(state);
}

/** A gap that is told again, after a reconnection, may begin later than it did: it is known by its end. */
function applyGaps(state, gaps, changed) {
  for (const gap of gaps) {
    if (typeof gap?.stream !== 'string' || !Number.isFinite(gap.first) || !Number.isFinite(gap.last)) continue;
    const known = state.gaps.get(gap.stream) ?? [];
    if (known.some((other) => other.shard === gap.shard && other.last === gap.last)) continue;
    known.push(gap);
    if (known.length > GAPS_MAX) known.shift();
    state.gaps.set(gap.stream, known);
    changed.add('streams');
  }
}

/**
 * @param {boolean} sampled whether the values count as readings (polling). Beside a live socket they only introduce
 * devices that the page has no reading of: mixing arrival times into a series of event times would refuse readings.
 */
function applyDevices(state, devices, sampled, changed) {
  for (const item of devices) {
    if (typeof item?.id !== 'string') continue;
    const device = openDevice(state, item.id);
    device.source = typeof item.source === 'string' ? item.source : '';
    device.facts = deviceFacts(item);
    device.readings = number(item.readings);
    if (item.simulated === true) device.simulated = true;
    const values = item.values && typeof item.values === 'object' ? item.values : {};
    if (sampled || device.series.size === 0) device.add(parseTime(item.lastSeen), values);
    changed.add('devices');
  }
  if (changed.has('devices')) forgetSilent(state);
}

function openDevice(state, key) {
  let device = state.devices.get(key);
  if (!device) {
    device = new Device(key);
    device.simulated = key.startsWith('simulated/');
    state.devices.set(key, device);
  }
  return device;
}

function forgetSilent(state) {
  let seriesCount = 0;
  for (const device of state.devices.values()) seriesCount += device.series.size;
  if (state.devices.size <= DEVICES_MAX && seriesCount <= SERIES_MAX) return;
  const bySilence = [...state.devices.values()].sort((left, right) => seen(left) - seen(right));
  for (const device of bySilence) {
    if (state.devices.size <= DEVICES_MAX && seriesCount <= SERIES_MAX) return;
    state.devices.delete(device.key);
    state.devicesForgotten++;
    seriesCount -= device.series.size;
  }
}

function seen(device) {
  return Number.isFinite(device.lastSeen) ? device.lastSeen : -Infinity;
}

function applyAlerts(state, alerts, changed) {
  for (const alert of alerts) {
    if (typeof alert?.id !== 'string') continue;
    state.alerts.set(alert.id, alert);
    changed.add('alerts');
  }
  if (state.alerts.size <= ALERTS_MAX) return;
  for (const alert of listAlerts(state).slice(ALERTS_MAX)) state.alerts.delete(alert.id);
}

function compareAlerts(left, right) {
  const firing = Number(right.state === 'firing') - Number(left.state === 'firing');
  if (firing !== 0) return firing;
  return (parseTime(right.firedAt) || 0) - (parseTime(left.firedAt) || 0);
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function number(value) {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
