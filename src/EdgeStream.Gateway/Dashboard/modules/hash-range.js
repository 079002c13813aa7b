/**
 * Where a shard lies in the partition-key space: MD5 puts a key on a line of 2^128 points, and a shard owns one
 * stretch of it. Keys come as decimal text because they do not fit a JavaScript number. Pure.
 */

const SPACE = 1n << 128n;
const PARTS_PER_UNIT = 1_000_000n;

/**
 * @param {string} starting @param {string} ending inclusive
 * @returns {{start: number, width: number, label: string} | null} fractions of the space in [0, 1]; null when the
 * texts are not a range of it.
 */
export function hashRange(starting, ending) {
  const low = parseKey(starting);
  const high = parseKey(ending);
  if (low === null || high === null || high < low) return null;
  return {
    start: fraction(low),
    width: fraction(high + 1n - low),
    label: `${shortHex(low)}–${shortHex(high)}`,
  };
}

function parseKey(text) {
  if (typeof text !== 'string' && typeof text !== 'number') return null;
  if (!/^\d{1,39}$/.test(String(text))) return null;
  const key = BigInt(text);
  return key < SPACE ? key : null;
}

function fraction(key) {
  return Number(key * PARTS_PER_UNIT / SPACE) / Number(PARTS_PER_UNIT);
}

/** The leading 16 of 128 bits, which tell shards of any sensible count apart. */
function shortHex(key) {
  return (key >> 112n).toString(16).padStart(4, '0') + '…';
}
