/** What a delivery's destination refused for good, as one line. */

import { formatCount } from './format.js';

const REASONS = [
  ['too-large', 'too large'], ['invalid-data', 'of invalid data'], ['invalid-name', 'of an invalid name'],
  ['not-authorized', 'not authorized'], ['refused', 'refused'],
];

/** @param {object} delivery @returns {string} how many records were put aside and why; empty where none was */
export function describeRejections(delivery) {
  if (!(delivery.rejectedRecords > 0)) return '';
  const parts = REASONS
    .filter(([member]) => delivery.rejectedByReason?.[member] > 0)
    .map(([member, text]) => `${formatCount(delivery.rejectedByReason[member])} ${text}`);
  const count = `${formatCount(delivery.rejectedRecords)} rejected and put aside`;
  return parts.length === 0 ? count : `${count}: ${parts.join(', ')}`;
}
