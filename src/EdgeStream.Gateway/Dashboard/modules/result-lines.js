/**
 * What of a result is drawn: which columns are numbers, over what, and in how many lines. Pure.
 *
 * The horizontal axis is the rows' time where each has one and none goes back, else the row's number. A column of
 * texts with a few different values, such as a device's name, parts a column of numbers into lines.
 */

import { isNumericType } from './sql-position.js';

export const LINES_MAX = 6;
const SAMPLE_ROWS = 200;
const SPLIT_VALUES_MAX = 50;
const TEXT_TYPE = /^(varchar|char|character)\b/i;

/** @param {import('./result-rows.js').ResultRows} rows @returns {number[]} the columns that hold numbers */
export function numericColumns(rows) {
  return indices(rows).filter((column) => column !== rows.timeColumn
    && (isNumericType(rows.columns[column].type) || holds(rows, column, 'number')));
}

/** @returns {number[]} the columns that hold texts with more than one value */
export function textColumns(rows) {
  return indices(rows).filter((column) => column !== rows.timeColumn
    && (TEXT_TYPE.test(rows.columns[column].type) || holds(rows, column, 'string'))
    && distinct(rows, column, 1).size > 1);
}

/** The column that parts lines when nobody has chosen one: the first of texts that come again; -1 for none. */
export function usualSplit(rows) {
  return textColumns(rows).find((column) => {
    const { size } = distinct(rows, column, SPLIT_VALUES_MAX);
    return size <= LINES_MAX || (size <= SPLIT_VALUES_MAX && size * 3 <= rows.count);
  }) ?? -1;
}

/**
 * The lines of a column, the first that came first.
 * @param {number} split the column that parts them, -1 for one line
 * @returns {{lines: {label: string, xs: number[], ys: number[]}[], leftOut: boolean, min: number, max: number}}
 */
export function linesOf(rows, column, split) {
  const lines = new Map();
  let leftOut = false;
  let [min, max] = [Infinity, -Infinity];
  for (let index = 0; index < rows.count; index++) {
    const row = rows.at(index);
    const value = row.cells[column];
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const label = split < 0 ? '' : row.cells[split] === null ? 'NULL' : String(row.cells[split]);
    let line = lines.get(label);
    if (line === undefined) {
      if (lines.size === LINES_MAX) {
        leftOut = true;
        continue;
      }
      line = { label, xs: [], ys: [] };
      lines.set(label, line);
    }
    line.xs.push(rows.timed ? row.time : row.number);
    line.ys.push(value);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { lines: [...lines.values()], leftOut, min, max };
}

/** The span of the horizontal axis; null without a row. */
export function spanOf(rows) {
  if (rows.count === 0) return null;
  const [first, last] = [rows.at(0), rows.at(rows.count - 1)];
  return rows.timed ? { start: first.time, end: last.time } : { start: first.number, end: last.number };
}

/** The point of a line that is nearest to a position; -1 for an empty line. */
export function nearestPoint({ xs }, x) {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return xs.length === 0 ? -1 : 0;
  if (low === xs.length) return xs.length - 1;
  return x - xs[low - 1] <= xs[low] - x ? low - 1 : low;
}

function indices(rows) {
  return rows.columns.map((_, index) => index);
}

/** Whether the newest rows hold nothing else in a column, and something. */
function holds(rows, column, type) {
  let found = false;
  for (let index = Math.max(0, rows.count - SAMPLE_ROWS); index < rows.count; index++) {
    const cell = rows.at(index).cells[column];
    if (cell === null) continue;
    if (typeof cell !== type) return false;
    found = true;
  }
  return found;
}

/** The different values of a column; no more are looked for once there are more than `countMax`. */
function distinct(rows, column, countMax) {
  const values = new Set();
  for (let index = 0; index < rows.count && values.size <= countMax; index++) values.add(rows.at(index).cells[column]);
  return values;
}
