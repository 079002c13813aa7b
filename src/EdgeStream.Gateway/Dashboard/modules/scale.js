/** Scales and ticks of a chart. Pure arithmetic, no drawing. */

const TIME_STEPS_MS = [
  1_000, 2_000, 5_000, 10_000, 15_000, 30_000,
  60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
];

/** A function from [domainStart, domainEnd] to [rangeStart, rangeEnd]; an empty domain maps to the middle. */
export function linearScale(domainStart, domainEnd, rangeStart, rangeEnd) {
  const span = domainEnd - domainStart;
  if (span === 0 || !Number.isFinite(span)) return () => (rangeStart + rangeEnd) / 2;
  return (value) => rangeStart + (value - domainStart) / span * (rangeEnd - rangeStart);
}

/** The smallest of 1, 2, 2.5, 5, 10 × a power of ten that is not below `size`. `size` must be positive. */
export function niceStep(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= size * (1 - 1e-12));
  return (step ?? 10) * power;
}

/** Like {@link niceStep} in powers of two, for bytes. */
export function niceBinaryStep(size) {
  return 2 ** Math.ceil(Math.log2(size));
}

/**
 * The vertical range to draw for values between `min` and `max`, with round ends.
 *
 * A percentage starts at zero, shows at least ten points, and all hundred once it passes fifty. A byte count or rate
 * starts at zero. Anything else shows its own variation, but never less than two degrees for a temperature or two
 * percent of its size, so that sensor noise does not look like an event.
 * @param {import('./field.js').FieldKind} kind
 * @returns {{min: number, max: number}}
 */
export function valueDomain(min, max, kind) {
  if (kind === 'percent' && min >= 0 && max <= 100) {
    return { min: 0, max: max > 50 ? 100 : Math.max(10, niceStep(max * 1.1 || 1)) };
  }
  if ((kind === 'bytes' || kind === 'bytes-per-second') && min >= 0) {
    return { min: 0, max: Math.max(1024, niceBinaryStep(max * 1.1 || 1)) };
  }
  const size = Math.max(Math.abs(min), Math.abs(max));
  const spanLeast = kind === 'temperature' ? 2 : size === 0 ? 1 : size * 0.02;
  const span = Math.max(max - min, spanLeast);
  if (!Number.isFinite(span)) return { min, max };
  const middle = min + (max - min) / 2;
  const step = niceStep(span / 4);
  const low = Math.floor((middle - span / 2 - span * 0.08) / step) * step;
  const high = Math.ceil((middle + span / 2 + span * 0.08) / step) * step;
  return { min: min >= 0 && low < 0 ? 0 : low, max: high > low ? high : low + step };
}

/** Times on round steps in (startMs, endMs], at most `countMax` of them. */
export function timeTicks(startMs, endMs, countMax) {
  const span = endMs - startMs;
  if (!(span > 0) || countMax < 1) return [];
  const step = TIME_STEPS_MS.find((candidate) => span / candidate <= countMax);
  if (step === undefined) return [];
  const ticks = [];
  for (let time = (Math.floor(startMs / step) + 1) * step; time <= endMs; time += step) ticks.push(time);
  return ticks;
}

/** Whole numbers on round steps in [start, end], at most `countMax` of them. */
export function countTicks(start, end, countMax) {
  if (!(end > start) || countMax < 1) return [];
  const step = Math.max(1, Math.ceil(niceStep((end - start) / countMax)));
  const ticks = [];
  for (let number = Math.ceil(start / step) * step; number <= end; number += step) ticks.push(number);
  return ticks;
}
