/** Where the gateway's errors are in a text of SQL, and how names are written in one. Pure. */

const COLUMNS_LISTED = 8;

/**
 * The part of a text to underline. An error at a line's end or in white space, where nothing could be seen, is shown
 * on what stands before it; one behind the text, at its end.
 * @param {string} text
 * @param {{line?: number, column?: number, length?: number}} error line and column from 1, in UTF-16 code units
 * @returns {{start: number, end: number} | null} null when the error has no position, or the text nothing to show
 */
export function errorRange(text, { line, column, length }) {
  if (!isCount(line) || !isCount(column)) return null;
  let start = 0;
  for (let at = 1; at < line; at++) {
    const lineEnd = text.indexOf('\n', start);
    if (lineEnd < 0) return visibleBefore(text, text.length);
    start = lineEnd + 1;
  }
  const lineEnd = text.indexOf('\n', start);
  start = Math.min(start + column - 1, lineEnd < 0 ? text.length : lineEnd);
  const end = Math.min(start + (isCount(length) ? length : 1), text.length);
  return text.slice(start, end).trim() === '' ? visibleBefore(text, start) : { start, end };
}

/** A name as SQL takes it whatever is in it. */
export function quoteName(name) {
  return `"${String(name).replaceAll('"', '""')}"`;
}

/**
 * How a column that was found is written in a text: by its name where the text declares its streams, else by its path.
 * @param {{name: string, path?: string}} column @param {string} text
 */
export function writeColumn({ name, path }, text) {
  const isPath = /^\$(\.[A-Za-z_]\w*)+$/.test(path ?? '') && !/\bcreate\s+(or\s+replace\s+)?stream\b/i.test(text);
  return isPath ? path.split('.').slice(1).map(quoteName).join('.') : quoteName(name);
}

/**
 * Queries to begin with, of what a sample of a stream holds.
 * @param {string} stream @param {{name: string, type?: string, path?: string}[]} columns
 * @returns {{label: string, sql: string}[]}
 */
export function starters(stream, columns) {
  const from = quoteName(stream);
  const listed = columns.slice(0, COLUMNS_LISTED).map((column) => {
    const written = writeColumn(column, '');
    return `, ${written}${written === quoteName(column.name) ? '' : ` AS ${quoteName(column.name)}`}`;
  }).join('');
  const found = [{
    label: 'Every record',
    sql: `SELECT STREAM ${from}.ROWTIME, PARTITION_KEY${listed}\nFROM ${from}`,
  }];
  const number = columns.find((column) => isNumericType(column.type));
  if (number === undefined) return found;
  const name = writeColumn(number, '');
  found.push({
    label: 'Per minute and key',
    sql: `SELECT STREAM FLOOR(${from}.ROWTIME TO MINUTE) AS "minute", PARTITION_KEY AS "key",\n`
      + `  MIN(${name}) AS "lowest", AVG(${name}) AS "mean", MAX(${name}) AS "highest", COUNT(*) AS "records"\n`
      + `FROM ${from}\nWHERE ${name} IS NOT NULL\nGROUP BY PARTITION_KEY, FLOOR(${from}.ROWTIME TO MINUTE)`,
  });
  return found;
}

/** Whether a column's SQL type holds numbers. */
export function isNumericType(type) {
  return /^(tinyint|smallint|integer|int|bigint|real|float|double|decimal|numeric)\b/i.test(String(type ?? ''));
}

function visibleBefore(text, end) {
  const visible = text.slice(0, end).trimEnd().length;
  if (visible > 0) return { start: visible - 1, end: visible };
  const first = text.search(/\S/);
  return first < 0 ? null : { start: first, end: first + 1 };
}

function isCount(value) {
  return Number.isInteger(value) && value >= 1;
}
