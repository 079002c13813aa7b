import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorRange, isNumericType, quoteName, starters, writeColumn,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/sql-position.js';

const marked = (text, error) => {
  const range = errorRange(text, error);
  return range === null ? null : text.slice(range.start, range.end);
};

test('An error is found by line and column, as long as it is', () => {
  const text = 'SELECT STREAM a\nFROM "readings"\nWHERE b > 1';
  assert.equal(marked(text, { line: 1, column: 15, length: 1 }), 'a');
  assert.equal(marked(text, { line: 2, column: 6, length: 10 }), '"readings"');
  assert.equal(marked(text, { line: 3, column: 7 }), 'b');
  assert.equal(marked('SELECT 🌡🌡 x', { line: 1, column: 13, length: 1 }), 'x');
});

test('What could not be seen is shown on what stands before it', () => {
  assert.equal(marked('SELECT a\n\n', { line: 3, column: 1, length: 1 }), 'a');
  assert.equal(marked('SELECT a  \nFROM b', { line: 1, column: 9, length: 2 }), 'a');
  assert.equal(marked('ab', { line: 1, column: 99, length: 5 }), 'b');
  assert.equal(marked('ab\ncd', { line: 1, column: 99, length: 1 }), 'b');
  assert.equal(marked('ab', { line: 7, column: 1, length: 1 }), 'b');
  assert.equal(marked('  ab', { line: 1, column: 1, length: 1 }), 'a');
});

test('An error without a place, or a text without anything to see, underlines nothing', () => {
  assert.equal(marked('SELECT', {}), null);
  assert.equal(marked('SELECT', { line: 0, column: 1 }), null);
  assert.equal(marked('SELECT', { line: 1.5, column: 1 }), null);
  assert.equal(marked(' \n ', { line: 1, column: 1, length: 1 }), null);
  assert.equal(marked('', { line: 1, column: 1, length: 1 }), null);
});

test('A name is quoted whatever is in it', () => {
  assert.equal(quoteName('temperature'), '"temperature"');
  assert.equal(quoteName('a "b"; DROP'), '"a ""b""; DROP"');
});

test('A column within an object is written by its path, and by its name where the text declares it', () => {
  const column = { name: 'place_room', path: '$.place.room' };
  assert.equal(writeColumn(column, 'SELECT STREAM '), '"place"."room"');
  assert.equal(writeColumn(column, 'CREATE OR REPLACE STREAM "readings" ("place_room" VARCHAR);'), '"place_room"');
  assert.equal(writeColumn({ name: 'a b', path: '$."a b"' }, ''), '"a b"');
  assert.equal(writeColumn({ name: 't' }, ''), '"t"');
  assert.match(starters('readings', [column])[0].sql, /PARTITION_KEY, "place"\."room" AS "place_room"\n/);
});

test('Queries to begin with name the stream and its columns', () => {
  const found = starters('readings', [{ name: 'room', type: 'VARCHAR(32)' }, { name: 't', type: 'DOUBLE' }]);
  assert.equal(found.length, 2);
  assert.match(found[0].sql, /PARTITION_KEY, "room", "t"\nFROM "readings"$/);
  assert.match(found[1].sql, /AVG\("t"\)/);
  assert.match(found[1].sql, /GROUP BY PARTITION_KEY, FLOOR\("readings"\.ROWTIME TO MINUTE\)$/);
  assert.equal(starters('texts', [{ name: 'room', type: 'VARCHAR(32)' }]).length, 1);
  assert.equal(starters('empty', [])[0].sql, 'SELECT STREAM "empty".ROWTIME, PARTITION_KEY\nFROM "empty"');
});

test('Types of numbers are told from others', () => {
  for (const type of ['INTEGER', 'double', 'DECIMAL(10, 2)', 'BIGINT']) assert.ok(isNumericType(type), type);
  for (const type of ['VARCHAR(10)', 'INTERVAL DAY', 'TIMESTAMP', 'BOOLEAN', undefined]) {
    assert.ok(!isNumericType(type), type);
  }
});
