import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LINES_MAX, linesOf, nearestPoint, numericColumns, spanOf, textColumns, usualSplit,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/result-lines.js';
import { ResultRows } from '../../src/EdgeStream.Gateway/Dashboard/modules/result-rows.js';

const START = Date.UTC(2026, 10, 22, 12);
const time = (seconds) => new Date(START + seconds * 1000).toISOString();
const result = (columns, ...rows) => {
  const kept = new ResultRows();
  kept.begin(columns.map(([name, type]) => ({ name, type })));
  for (const row of rows) kept.add(row);
  return kept;
};

test('Columns of numbers are known by their type, or by what they hold', () => {
  const columns = [['ROWTIME', 'TIMESTAMP'], ['a', 'DOUBLE'], ['b', 'VARCHAR(10)'], ['c', ''], ['d', '']];
  const rows = result(columns, [time(0), null, 'x', null, 1], [time(1), null, 'y', 7, 'z']);
  assert.deepEqual(numericColumns(rows), [1, 3]);
  assert.deepEqual(textColumns(rows), [2]);
});

test('Lines go over the time where there is one, else over the number of the row', () => {
  const timed = result([['ROWTIME', 'TIMESTAMP'], ['t', 'DOUBLE']], [time(0), 20], [time(5), 22]);
  assert.deepEqual(linesOf(timed, 1, -1), {
    lines: [{ label: '', xs: [START, START + 5000], ys: [20, 22] }], leftOut: false, min: 20, max: 22,
  });
  assert.deepEqual(spanOf(timed), { start: START, end: START + 5000 });
  const numbered = result([['t', 'DOUBLE']], [20], [null], [22]);
  assert.deepEqual(linesOf(numbered, 0, -1).lines, [{ label: '', xs: [1, 3], ys: [20, 22] }]);
  assert.deepEqual(spanOf(numbered), { start: 1, end: 3 });
  assert.equal(spanOf(result([['t', 'DOUBLE']])), null);
});

test('A column of a few texts parts the lines by itself, one of names that do not come again does not', () => {
  const columns = [['id', 'VARCHAR(36)'], ['room', 'VARCHAR(36)'], ['t', 'DOUBLE']];
  const rows = result(columns);
  for (let index = 0; index < 100; index++) rows.add([`id-${index}`, index % 2 === 0 ? 'hall' : null, index]);
  assert.equal(usualSplit(rows), 1);
  const { lines } = linesOf(rows, 2, 1);
  assert.deepEqual(lines.map((line) => [line.label, line.ys.length]), [['hall', 50], ['NULL', 50]]);
  assert.equal(usualSplit(result([['room', 'VARCHAR(9)'], ['t', 'DOUBLE']], ['hall', 1], ['hall', 2])), -1);
});

test('Of many lines the first ones are drawn, and it is told that there are others', () => {
  const rows = result([['room', 'VARCHAR(9)'], ['t', 'DOUBLE']]);
  for (let index = 0; index < 40; index++) rows.add([`room-${index % (LINES_MAX + 2)}`, index]);
  assert.equal(usualSplit(rows), 0);
  const found = linesOf(rows, 1, 0);
  assert.equal(found.lines.length, LINES_MAX);
  assert.equal(found.leftOut, true);
  assert.equal(found.lines[0].label, 'room-0');
});

test('The point next to the cursor is found at both ends and between', () => {
  const line = { xs: [10, 20, 40] };
  assert.deepEqual([0, 10, 14, 16, 29, 31, 99].map((x) => nearestPoint(line, x)), [0, 0, 0, 1, 1, 2, 2]);
  assert.equal(nearestPoint({ xs: [] }, 5), -1);
});
