/** What a delivery's link does: when the backlog is gone, what holds it up, what it has cost. */

import { formatBytes, formatCount, formatDuration, formatRate, parseTime } from './format.js';

/** @param {object} delivery @returns {string} how fast the backlog goes; empty where nothing goes */
export function describeDrain(delivery) {
  if (!(delivery.backlogRecords > 0) || !(delivery.drainRecordsPerSecond > 0)) return '';
  const rate = `${formatRate(delivery.drainRecordsPerSecond)} records/s`;
  return Number.isFinite(delivery.etaSeconds)
    ? `${rate}, gone in ${formatDuration(Math.ceil(delivery.etaSeconds))}` : `${rate}, not getting less`;
}

/** @param {object} delivery @returns {string} what of the backlog goes out beside what comes now; or empty */
export function describeHistory(delivery) {
  return delivery.historyRecords > 0
    ? `${formatCount(delivery.historyRecords)} of them go out beside what comes now` : '';
}

/** @param {object} delivery @param {number} nowMs @returns {string} why nothing, or little, is begun; or empty */
export function describeHold(delivery, nowMs) {
  const at = parseTime(delivery.nextAttemptAt);
  const until = Number.isFinite(at) ? `, for ${formatDuration(Math.max(0, Math.ceil((at - nowMs) / 1000)))} more` : '';
  if (delivery.hold === 'window') return `waits for its window${until}`;
  if (delivery.hold === 'month') return `the month’s ${formatBytes(delivery.bytesPerMonth)} are used up${until}`;
  if (delivery.breaker === 'open') return 'breaker open: one shard tries for all';
  return delivery.breaker === 'half-open' ? 'breaker half-open: the destination is on trial' : '';
}

/** @param {object} delivery @returns {string} what went over the link and what it may have; empty where nothing did */
export function describeWire(delivery) {
  const sum = (delivery.wireSentBytes || 0) + (delivery.wireReceivedBytes || 0);
  if (sum === 0) return '';
  const parts = [`${formatBytes(delivery.wireSentBytes)} sent, ${formatBytes(delivery.wireReceivedBytes)} received`];
  if (Number.isFinite(delivery.wireBytesPerRecord)) {
    parts.push(`${formatCount(delivery.wireBytesPerRecord)} B a record`);
  }
  if (delivery.bytesPerMonth > 0) {
    parts.push(`${formatBytes(delivery.monthBytes)} of ${formatBytes(delivery.bytesPerMonth)} this month`);
  }
  if (delivery.bytesPerSecond > 0) parts.push(`at most ${formatBytes(delivery.bytesPerSecond)}/s`);
  return parts.join(' · ');
}
