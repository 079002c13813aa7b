/** Records that are missing among those that the page was shown, in words. */

import { formatCount } from './format.js';

/**
 * @param {{shard: string, first: number, last: number, reason: string}} gap
 * @returns {string} one line
 */
export function describeGap(gap) {
  const records = gap.first === gap.last
    ? `Record ${gap.first} of ${gap.shard} is missing`
    : `Records ${gap.first} to ${gap.last} of ${gap.shard} are missing`;
  const count = gap.last - gap.first + 1;
  return `${records}: ${gap.reason}${count > 1 ? `, ${formatCount(count)} in all` : ''}.`;
}
