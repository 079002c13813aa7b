import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CELL_CHARS_MAX, cellText, CHARS_MAX, COLUMNS_MAX, ResultRows, ROWS_MAX,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/result-rows.js';

const begin = (...columns) => {
  const rows = new ResultRows();
  rows.begin(columns.map(([name, type]) => ({ name, type })));
  return rows;
};

test('The newest rows are kept under their numbers, and no more of them than there is room for', () => {
  const rows = begin(['n', 'INTEGER']);
  for (let number = 1; number <= ROWS_MAX + 3; number++) rows.add([number]);
  assert.equal(rows.total, ROWS_MAX + 3);
  assert.equal(rows.count, ROWS_MAX);
  assert.deepEqual([rows.at(0).number, rows.at(0).cells[0]], [4, 4]);
  assert.deepEqual(rows.at(ROWS_MAX - 1).cells, [ROWS_MAX + 3]);
});

test('Long texts are cut, and many of them push old rows out', () => {
  const names = Array.from({ length: COLUMNS_MAX }, (_, index) => [`c${index}`, 'VARCHAR(65535)']);
  const rows = begin(...names);
  const values = names.map(() => 'x'.repeat(CELL_CHARS_MAX * 2));
  for (let index = 0; index < 100; index++) rows.add(values);
  assert.equal(rows.at(0).cells[0].length, CELL_CHARS_MAX + 1);
  assert.ok(rows.count * COLUMNS_MAX * CELL_CHARS_MAX <= CHARS_MAX, `${rows.count} rows`);
  assert.ok(rows.count > 0);
  assert.equal(rows.at(rows.count - 1).number, 100);
});

test('Columns beyond the most are left out and counted', () => {
  const rows = begin(...Array.from({ length: COLUMNS_MAX + 7 }, (_, index) => [`c${index}`, 'INTEGER']));
  assert.equal(rows.columns.length, COLUMNS_MAX);
  assert.equal(rows.columnsLeftOut, 7);
  rows.add(Array.from({ length: COLUMNS_MAX + 7 }, (_, index) => index));
  assert.equal(rows.at(0).cells.length, COLUMNS_MAX);
});

test('Cells are numbers, truth values, texts or nothing; what is nested is its JSON', () => {
  const rows = begin(['a'], ['b'], ['c'], ['d'], ['e']);
  rows.add([1.5, true, null, { x: [1] }]);
  assert.deepEqual(rows.at(0).cells, [1.5, true, null, '{"x":[1]}', null]);
  assert.deepEqual(rows.at(0).cells.map(cellText), ['1.5', 'true', 'NULL', '{"x":[1]}', 'NULL']);
});

test('Rows have the time of ROWTIME, else of the first column of times', () => {
  const rows = begin(['first', 'TIMESTAMP'], ['rowtime', 'TIMESTAMP']);
  rows.add(['2026-11-22 00:00:00', '2026-11-22 12:00:00']);
  assert.equal(rows.at(0).time, Date.UTC(2026, 10, 22, 12));
  assert.equal(begin(['a', 'DOUBLE'], ['first', 'TIMESTAMP(6)']).timeColumn, 1);
  assert.equal(begin(['a', 'DOUBLE']).timed, false);
});

test('Where a row has no time, or one before the row ahead of it, the rows are not timed', () => {
  const rows = begin(['ROWTIME', 'TIMESTAMP']);
  for (const second of ['01', '01', '02']) rows.add([`2026-11-22 12:00:${second}`]);
  assert.equal(rows.timed, true);
  rows.add(['2026-11-22 12:00:01']);
  assert.equal(rows.timed, false);
  rows.begin([{ name: 'ROWTIME', type: 'TIMESTAMP' }]);
  assert.equal(rows.timed, true);
  rows.add([null]);
  rows.add(['2026-11-22 12:00:01']);
  assert.equal(rows.timed, false);
});
