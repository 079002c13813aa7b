/** Why a stream gave up records, as one line. */

import { formatCount } from './format.js';

const REASONS = [
  ['age', 'age'], ['bytes', 'its size'], ['budget', 'the disk budget'], ['diskFull', 'a full disk'],
  ['unattributed', 'earlier'],
];

/** @param {object} stream @returns {string} the count, and its parts where there is more to say than one reason */
export function describeEvictions(stream) {
  const count = formatCount(stream.evictedRecords);
  const parts = REASONS
    .filter(([member]) => stream.evictions?.[member] > 0)
    .map(([member, text]) => `${formatCount(stream.evictions[member])} by ${text}`.replace('by earlier', 'earlier'));
  return parts.length === 0 ? count : `${count}: ${parts.join(', ')}`;
}
