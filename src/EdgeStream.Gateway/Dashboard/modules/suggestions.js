/**
 * What could stand where the cursor is: streams behind FROM, else columns of the streams that are named, and words. Pure.
 */

import { quoteName, writeColumn } from './sql-position.js';

export const SUGGESTIONS_MAX = 8;
export const STREAMS_MAX = 4;

const WORDS = [
  'SELECT STREAM', 'FROM', 'WHERE', 'GROUP BY', 'HAVING', 'ORDER BY', 'PARTITION BY', 'WINDOW', 'OVER', 'ROWS',
  'PRECEDING', 'RANGE INTERVAL', 'INTERVAL', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'DISTINCT', 'UNION ALL', 'JOIN', 'LEFT JOIN',
  'BETWEEN', 'AND', 'OR', 'NOT', 'IS NULL', 'IS NOT NULL', 'LIKE', 'IN', 'CASE WHEN', 'THEN', 'ELSE', 'END', 'CAST', 'TIMESTAMP',
  'CREATE OR REPLACE STREAM', 'CREATE OR REPLACE PUMP', 'INSERT INTO', 'WINDOWED BY STAGGER', 'ROWTIME', 'PARTITION_KEY',
  'APPROXIMATE_ARRIVAL_TIME', 'EVENT_TIME', 'SHARD_ID', 'SEQUENCE_NUMBER', 'COUNT', 'SUM', 'AVG', 'MIN', 'MAX',
  'STDDEV_POP', 'STDDEV_SAMP', 'VAR_POP', 'VAR_SAMP', 'FIRST_VALUE', 'LAST_VALUE', 'LAG', 'FLOOR', 'CEIL', 'STEP', 'ABS', 'ROUND', 'MOD',
  'POWER', 'SQRT', 'COALESCE', 'NULLIF', 'UPPER', 'LOWER', 'SUBSTRING', 'TRIM', 'CHAR_LENGTH', 'EXTRACT', 'INTEGER',
  'BIGINT', 'DOUBLE', 'VARCHAR', 'BOOLEAN',
];

/**
 * @param {string} text @param {number} cursor
 * @param {{streams: string[], columns: {name: string, path?: string}[]}} known
 * @returns {{start: number, texts: string[]}} what can stand instead of the text from `start` to the cursor
 */
export function suggest(text, cursor, known) {
  const before = text.slice(0, cursor);
  const { kind, begin } = whereIs(before);
  if (kind === 'text' || kind === 'comment') return { start: cursor, texts: [] };
  const start = kind === 'name' ? begin : cursor - /(?:[A-Za-z_]\w*)?$/.exec(before)[0].length;
  const typed = before.slice(start);
  const wanted = typed.replace(/^"/, '').toLowerCase();
  const fits = (name) => name.toLowerCase().startsWith(wanted) && name.toLowerCase() !== wanted;
  if (/\b(?:from|join)\s+$/i.test(before.slice(0, start))) {
    return { start, texts: known.streams.filter(fits).map(quoteName).slice(0, SUGGESTIONS_MAX) };
  }
  if (typed === '') return { start, texts: [] };
  const columns = known.columns.filter((column) => fits(column.name)).map((column) => writeColumn(column, text));
  const words = typed.startsWith('"') ? [] : WORDS.filter(fits);
  return { start, texts: [...new Set([...columns, ...words])].slice(0, SUGGESTIONS_MAX) };
}

/** The streams that a text reads, of those there are; at most {@link STREAMS_MAX}. */
export function streamsIn(text, streams) {
  const found = new Set();
  for (const [, quoted, plain] of text.matchAll(/\b(?:from|join)\s+(?:"((?:[^"]|"")+)"|([A-Za-z_]\w*))/gi)) {
    const name = quoted?.replaceAll('""', '"');
    const stream = streams.find((other) => other === name || other.toLowerCase() === plain?.toLowerCase());
    if (stream !== undefined && found.size < STREAMS_MAX) found.add(stream);
  }
  return [...found];
}

/** What the end of a text is in: a name in quotes, a text, a comment, or none of them; and where that begins. */
function whereIs(before) {
  let index = 0;
  while (index < before.length) {
    const [kind, end] = before[index] === '"' ? ['name', '"'] : before[index] === '\'' ? ['text', '\'']
      : before.startsWith('--', index) ? ['comment', '\n']
      : before.startsWith('/*', index) ? ['comment', '*/'] : ['', ''];
    const from = index + (kind === 'comment' ? 2 : 1);
    const found = kind === '' ? index : before.indexOf(end, from);
    if (found < 0) return { kind, begin: index };
    index = kind === '' ? from : found + end.length;
  }
  return { kind: '', begin: index };
}
