// Reads Parquet files with hyparquet and DuckDB and compares every value with what was written.
// usage: node compare.mjs <folder of packages> <folder with *.parquet and *.json>
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, folder] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.cjs'));
const load = name => import(pathToFileURL(require.resolve(name)).href);
const { parquetRead, parquetMetadata } = await import(
  pathToFileURL(join(modules, 'node_modules/hyparquet/src/index.js')).href);
const { compressors } = await import(
  pathToFileURL(join(modules, 'node_modules/hyparquet-compressors/src/index.js')).href);
const { DuckDBInstance } = await load('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("SET TimeZone = 'UTC'");

const view = new DataView(new ArrayBuffer(8));
const hex = bytes => Buffer.from(bytes).toString('hex');
const bits = (number, isShort) => {
  if (Number.isNaN(number)) return 'nan';
  if (isShort) view.setFloat32(0, number); else view.setFloat64(0, number);
  return hex(new Uint8Array(view.buffer, 0, isShort ? 4 : 8));
};

/** The text that stands for a value in the expectation. */
function text(value, type) {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'float': return bits(value, true);
    case 'double': return bits(value, false);
    case 'bytes': return hex(value.bytes ?? value);
    case 'timestamp-millis': return String(value.micros === undefined ? value : value.micros / 1000n);
    case 'timestamp-micros': return String(value.micros ?? value);
    default: return String(value);
  }
}

function compare(reader, file, expected, rows) {
  if (rows.length !== expected.rows.length) {
    throw new Error(`${reader}, ${file}: ${rows.length} rows instead of ${expected.rows.length}`);
  }
  rows.forEach((row, at) => expected.columns.forEach((column, i) => {
    const found = text(row[i], column.type);
    if (found !== expected.rows[at][i]) {
      throw new Error(`${reader}, ${file}, row ${at}, ${JSON.stringify(column)}: ${found} instead of ${expected.rows[at][i]}`);
    }
  }));
}

const quoted = name => `"${name.replaceAll('"', '""')}"`;
const parsers = {
  timestampFromMilliseconds: millis => millis,
  timestampFromMicroseconds: micros => micros,
  stringFromBytes: bytes => bytes && new TextDecoder().decode(bytes),
};
const encodings = new Set();
let count = 0;
for (const file of readdirSync(folder).filter(name => name.endsWith('.parquet')).sort()) {
  const path = join(folder, file);
  const expected = JSON.parse(readFileSync(path.replace('.parquet', '.json'), 'utf8'));
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  let rows = [];
  const metadata = parquetMetadata(buffer);
  if (Number(metadata.num_rows) > 0) {
    await parquetRead({ file: buffer, compressors, parsers, utf8: false, rowFormat: 'array', onComplete: all => { rows = all; } });
  }
  compare('hyparquet', file, expected, rows);

  const names = expected.columns.map(column => quoted(column.name)).join(', ');
  const found = await connection.runAndReadAll(`SELECT ${names} FROM read_parquet('${path}')`);
  compare('DuckDB', file, expected, found.getRows());
  const pages = await connection.runAndReadAll(`SELECT DISTINCT encodings FROM parquet_metadata('${path}')`);
  pages.getRows().forEach(([list]) => String(list).split(', ').forEach(name => encodings.add(name)));
  for (const { column, literal, matches } of expected.filters) {
    const answer = await connection.runAndReadAll(
      `SELECT count(*) FROM read_parquet('${path}') WHERE ${quoted(column)} = ${literal}`);
    if (Number(answer.getRows()[0][0]) !== matches) {
      throw new Error(`DuckDB, ${file}: ${answer.getRows()[0][0]} rows have ${column} = ${literal} instead of ${matches}`);
    }
  }
  count++;
}
console.log(`${count} files`);
console.log([...encodings].sort().join(' '));
