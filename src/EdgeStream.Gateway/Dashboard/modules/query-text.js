/** How a query stands, as texts. Pure. */

import { formatBytes, formatCount } from './format.js';

const STREAMS_SHOWN = 6;

/**
 * @param {object} query as `GET api/queries` tells of it
 * @returns {{state: string, rows: string, held: string, streams: string, problem: string}}
 */
export function describeQuery(query) {
  const off = query.enabled === false;
  const errors = query.errors > 0 ? ` · ${formatCount(query.errors)} ${query.errors === 1 ? 'error' : 'errors'}` : '';
  const lag = query.lagRecords > 0 ? ` · ${formatCount(query.lagRecords)} to read` : '';
  const skipped = query.skippedRecords > 0 ? ` · ${formatCount(query.skippedRecords)} skipped` : '';
  return {
    state: off ? 'switched off' : String(query.state ?? 'unknown'),
    rows: `${formatCount(query.rowsIn)} in, ${formatCount(query.rowsOut)} out${errors}${lag}${skipped}`,
    held: `${formatBytes(query.memoryBytes)} of memory`
      + (query.held > 0 ? `, ${formatCount(query.held)} groups and rows held` : ''),
    streams: describeStreams(query.streams),
    problem: off ? '' : problemsOf(query).filter((text) => typeof text === 'string' && text !== '').join(' '),
  };
}

function problemsOf(query) {
  const tables = Array.isArray(query.tables) ? query.tables : [];
  return [query.failure, ...tables.map((table) => table.failure), query.lastError];
}

function describeStreams(streams) {
  const entries = streams && typeof streams === 'object' ? Object.entries(streams) : [];
  const shown = entries.slice(0, STREAMS_SHOWN).map(([name, rows]) => `${name} ${formatCount(rows)}`);
  if (entries.length > shown.length) shown.push(`${entries.length - shown.length} more`);
  return shown.length === 0 ? '' : `Rows by stream: ${shown.join(', ')}`;
}
