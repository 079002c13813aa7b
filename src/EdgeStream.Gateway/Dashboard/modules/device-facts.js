/**
 * What the registry knows of a device itself, as short texts for its card: the name people gave it, what it speaks, and
 * what somebody should look after. What is as it should be is not told.
 */

const BATTERY_LOW_PERCENT = 20;
const SIGNAL_LOW_DBM = -80;

/** @param {Record<string, unknown>} item a device of `GET /api/devices` @returns {string[]} */
export function deviceFacts(item) {
  const facts = [];
  if (text(item.alias) !== '') facts.push(text(item.alias));
  const origin = text(item.dialect) || text(item.source);
  if (origin !== '') facts.push(origin);
  if (below(item.batteryPercent, BATTERY_LOW_PERCENT)) facts.push(`battery ${Math.round(item.batteryPercent)} %`);
  if (below(item.rssiDbm, SIGNAL_LOW_DBM)) facts.push(`signal ${Math.round(item.rssiDbm)} dBm`);
  if (item.clockOff === true && typeof item.clockOffsetSeconds === 'number') {
    const seconds = Math.round(item.clockOffsetSeconds);
    facts.push(`clock ${seconds > 0 ? '+' : '−'}${Math.abs(seconds)} s`);
  }
  if (typeof item.missing === 'number' && item.missing > 0) facts.push(`${item.missing} missing`);
  return facts;
}

function text(value) {
  return typeof value === 'string' ? value : '';
}

function below(value, limit) {
  return typeof value === 'number' && value < limit;
}
