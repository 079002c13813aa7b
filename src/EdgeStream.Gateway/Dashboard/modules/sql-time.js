/** Times as SQL writes them, and as the page's fields take them: UTC where a text names no zone. Pure. */

/** @returns {number} milliseconds since the epoch, NaN when it is no time */
export function parseSqlTime(value) {
  if (typeof value !== 'string') return NaN;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(value);
  if (match === null) return NaN;
  const [, date, time = '00:00', zone = 'Z'] = match;
  return Date.parse(`${date}T${time}${zone}`);
}

/** A time for a field of the kind datetime-local, which knows no zone, in UTC to the second. */
export function toField(timeMs) {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString().slice(0, 19) : '';
}

/** @param {string} text such a field's value @returns {string} as the gateway takes it; '' when there is none */
export function fromField(text) {
  const timeMs = parseSqlTime(text);
  return Number.isNaN(timeMs) ? '' : new Date(timeMs).toISOString();
}

/** A time on an axis as long as `spanMs`: seconds, minutes or days, as there is need. */
export function formatUtcTick(timeMs, spanMs) {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return '';
  const text = date.toISOString();
  if (spanMs < 180_000) return text.slice(11, 19);
  if (spanMs < 86_400_000) return text.slice(11, 16);
  return spanMs < 864_000_000 ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(0, 10);
}

/** A time at a cursor. */
export function formatUtc(timeMs) {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 23).replace('T', ' ')} UTC`;
}
