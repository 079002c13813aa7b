import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINE_CHARS_MAX, LineReader } from '../../src/EdgeStream.Gateway/Dashboard/modules/line-reader.js';

const TEXT = '{"columns":[]}\n[1,"a\\nb"]\r\n\n[2]\n{"rows":2}';
const LINES = ['{"columns":[]}', '[1,"a\\nb"]\r', '[2]', '{"rows":2}'];

test('Lines are the same wherever the pieces end', () => {
  for (let size = 1; size <= TEXT.length; size++) {
    const lines = [];
    const reader = new LineReader((line) => lines.push(line));
    for (let start = 0; start < TEXT.length; start += size) reader.push(TEXT.slice(start, start + size));
    reader.end();
    reader.end();
    assert.deepEqual(lines, LINES, `pieces of ${size}`);
  }
});

test('A line without an end is refused before it fills the memory', () => {
  const reader = new LineReader(() => assert.fail('There is no line.'));
  const piece = 'x'.repeat(LINE_CHARS_MAX / 4);
  for (let index = 0; index < 4; index++) reader.push(piece);
  assert.throws(() => reader.push(piece), RangeError);
});
