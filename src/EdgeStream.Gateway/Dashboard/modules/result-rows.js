/**
 * The rows of a result that the page keeps: the newest ones.
 *
 * Bounds: `ROWS_MAX` rows and `CHARS_MAX` characters of texts in them (the oldest leave first), `CELL_CHARS_MAX`
 * characters a cell, `COLUMNS_MAX` columns; what is longer is cut, and the page says so.
 */

import { parseSqlTime } from './sql-time.js';

export const ROWS_MAX = 5_000;
export const CHARS_MAX = 8_000_000;
export const CELL_CHARS_MAX = 1_000;
export const COLUMNS_MAX = 100;

export class ResultRows {
  constructor() {
    this.begin([]);
  }

  /** @param {{name: string, type?: string}[]} columns */
  begin(columns) {
    this.columns = columns.slice(0, COLUMNS_MAX)
      .map(({ name, type }) => ({ name: cut(String(name)), type: String(type ?? '') }));
    this.columnsLeftOut = columns.length - this.columns.length;
    /** Which column says when a row is: -1 for none. */
    this.timeColumn = timeColumnOf(this.columns);
    /** Whether every row so far has a time, none before that of the row ahead of it. */
    this.timed = this.timeColumn >= 0;
    this.total = 0;
    this.count = 0;
    this._slots = [];
    this._head = 0;
    this._chars = 0;
    this._newestTime = -Infinity;
  }

  /** @param {unknown[]} values one a column, in their order */
  add(values) {
    const cells = this.columns.map((_, index) => keep(values[index]));
    const chars = cells.reduce((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 1), 0);
    const time = this.timeColumn < 0 ? NaN : parseSqlTime(cells[this.timeColumn]);
    if (!(time >= this._newestTime)) this.timed = false;
    this._newestTime = time;
    if (this.count === ROWS_MAX) this._drop();
    this._slots[(this._head + this.count) % ROWS_MAX] = { number: ++this.total, cells, time, chars };
    this.count++;
    this._chars += chars;
    while (this._chars > CHARS_MAX && this.count > 1) this._drop();
  }

  /**
   * @param {number} index 0 for the oldest row that is kept
   * @returns {{number: number, cells: unknown[], time: number}}
   */
  at(index) {
    return this._slots[(this._head + index) % ROWS_MAX];
  }

  _drop() {
    this._chars -= this.at(0).chars;
    this._slots[this._head] = null;
    this._head = (this._head + 1) % ROWS_MAX;
    this.count--;
  }
}

/** A cell as the table shows it. */
export function cellText(cell) {
  return cell === null ? 'NULL' : String(cell);
}

function timeColumnOf(columns) {
  const named = columns.findIndex((column) => column.name.toUpperCase() === 'ROWTIME');
  return named >= 0 ? named : columns.findIndex((column) => /^(timestamp|date\b)/i.test(column.type));
}

function keep(value) {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

function cut(text) {
  return text.length <= CELL_CHARS_MAX ? text : `${text.slice(0, CELL_CHARS_MAX)}…`;
}
