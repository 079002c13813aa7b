/** What people have decided about an alert, and whether it flaps, as a text. */

import { formatClock, parseTime } from './format.js';

/** @param {{silence?: string, silencedUntil?: string, acknowledged?: object, flapping?: boolean}} marks */
export function describeMarks(marks) {
  const words = [];
  if (marks.acknowledged) {
    const { by, comment } = marks.acknowledged;
    words.push(`acknowledged${by ? ` by ${by}` : ''}${comment ? `: ${comment}` : ''}`);
  }
  if (typeof marks.silence === 'string') {
    const until = parseTime(marks.silencedUntil);
    words.push(Number.isFinite(until) ? `silenced until ${formatClock(until)}` : 'silenced');
  }
  if (marks.flapping) words.push('flapping');
  return words.join(' · ');
}
