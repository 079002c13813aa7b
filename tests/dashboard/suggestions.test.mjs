import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  STREAMS_MAX, streamsIn, suggest, SUGGESTIONS_MAX,
} from '../../src/EdgeStream.Gateway/Dashboard/modules/suggestions.js';

const KNOWN = { streams: ['readings', 'alerts'], columns: ['temperature', 'humidity', 'tem "x"'].map((name) => ({ name })) };

/** What is suggested where `|` is, as the texts that would come of it. */
function suggested(marked) {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { start, texts } = suggest(text, cursor, KNOWN);
  return texts.map((found) => text.slice(0, start) + found + text.slice(cursor));
}

test('Behind FROM and JOIN streams are suggested, with or without a beginning of their name', () => {
  assert.deepEqual(suggested('SELECT a FROM |'), ['SELECT a FROM "readings"', 'SELECT a FROM "alerts"']);
  assert.deepEqual(suggested('SELECT STREAM * FROM al|'), ['SELECT STREAM * FROM "alerts"']);
  assert.deepEqual(suggested('SELECT STREAM * FROM "a" JOIN "re|'), ['SELECT STREAM * FROM "a" JOIN "readings"']);
});

test('Elsewhere columns and words are suggested that begin with what stands there', () => {
  assert.deepEqual(suggested('SELECT STREAM hum| FROM "readings"'), ['SELECT STREAM "humidity" FROM "readings"']);
  assert.deepEqual(suggested('SELECT STREAM "tem|'), ['SELECT STREAM "temperature"', 'SELECT STREAM "tem ""x"""']);
  assert.deepEqual(suggested('SEL|'), ['SELECT STREAM']);
  assert.deepEqual(suggested('SELECT STREAM "humidity" |'), []);
  assert.deepEqual(suggested('WHERE floor|'), []);
});

test('In a text, a comment, or a number nothing is suggested', () => {
  for (const text of ["WHERE a = 'te|", '-- te|', '/* te|', 'WHERE a > 5|']) assert.deepEqual(suggested(text), [], text);
  assert.deepEqual(suggested("WHERE a = 'x' AND hum|"), ["WHERE a = 'x' AND \"humidity\""]);
  assert.deepEqual(suggested('-- it\'s\nhum|'), ['-- it\'s\n"humidity"']);
  assert.deepEqual(suggested('/* " */ hum|'), ['/* " */ "humidity"']);
});

test('No more are suggested than there is room for', () => {
  const columns = Array.from({ length: 50 }, (_, index) => ({ name: `c${index}` }));
  assert.equal(suggest('c', 1, { streams: [], columns }).texts.length, SUGGESTIONS_MAX);
});

test('The streams of a text are found by their names, however they are written', () => {
  const streams = ['readings', 'Alerts', 'a"b', 'd', 'e', 'f'];
  assert.deepEqual(streamsIn('SELECT STREAM * FROM readings AS r JOIN ALERTS ON TRUE', streams), ['readings', 'Alerts']);
  assert.deepEqual(streamsIn('select stream * from "a""b"', streams), ['a"b']);
  assert.deepEqual(streamsIn('SELECT STREAM * FROM "READINGS", other', streams), []);
  const many = streams.map((name) => `FROM "${name.replaceAll('"', '""')}"`).join(' ');
  assert.equal(streamsIn(many, streams).length, STREAMS_MAX);
});
