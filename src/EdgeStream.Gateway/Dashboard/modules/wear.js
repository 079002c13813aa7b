/** How the disk wears, as texts: pure, and quiet about what the gateway does not know yet. */

import { formatBytes, formatCount, formatDuration, formatNumber, NONE } from './format.js';

const DAY_SECONDS = 86_400;
const YEAR_DAYS = 365;
const SOON_DAYS = 365;

/** @param {object} wear the status member `wear`; @returns {[string, string][]} pairs of a label and a text */
export function describeWear(wear) {
  const known = wear ?? {};
  const rows = [
    ['Written by EdgeStream', perDay(known.processBytesPerDay, known.processBytes)],
    [`Written to ${known.device ?? 'the disk'} by all programs`, perDay(known.deviceBytesPerDay, known.deviceBytes)],
    ['Per byte of payload', perPayloadByte(known)],
  ];
  if (Number.isFinite(known.enduranceBytes)) {
    rows.push([`Lasts, of ${formatBytes(known.enduranceBytes)}`, formatDaysLeft(known.daysLeft)]);
  }
  return rows;
}

/** Whether somebody should think of a new card. */
export function isWearing(wear) {
  return Number.isFinite(wear?.daysLeft) && wear.daysLeft < SOON_DAYS;
}

/** Days as a person plans with them: years from two on, days and hours below. */
export function formatDaysLeft(days) {
  if (!Number.isFinite(days)) return NONE;
  if (days >= 100 * YEAR_DAYS) return 'more than 100 years';
  return days >= 2 * YEAR_DAYS ? `${formatCount(Math.floor(days / YEAR_DAYS))} years`
    : formatDuration(Math.floor(days) * DAY_SECONDS);
}

function perPayloadByte({ bytesPerPayloadByte: own, deviceBytesPerPayloadByte: all }) {
  const texts = [];
  if (Number.isFinite(own)) texts.push(`${formatNumber(own)} bytes`);
  if (Number.isFinite(all)) texts.push(`${formatNumber(all)} on the disk`);
  return texts.join(' · ') || 'not known yet';
}

function perDay(rate, total) {
  if (!Number.isFinite(total)) return 'not known here';
  const sum = `${formatBytes(total)} in all`;
  return Number.isFinite(rate) ? `${formatBytes(rate)} a day · ${sum}` : sum;
}
