// Prints the columns and rows of Parquet or CSV files, in the order of the arguments, as DuckDB reads them.
// usage: node rows.mjs <folder of packages> <file>...
import { join } from 'node:path';
import { createRequire } from 'node:module';

const [modules, ...files] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(modules, 'x.cjs'))('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("SET TimeZone = 'UTC'");
for (const file of files) {
  const source = file.endsWith('.parquet') ? `read_parquet('${file}')` : `read_csv('${file}', all_varchar = true)`;
  const read = await connection.runAndReadAll(`SELECT * FROM ${source}`);
  const names = read.columnNames();
  console.log(names.map((name, i) => `${name}:${read.columnTypes()[i]}`).join('|'));
  read.getRows().forEach(row => console.log(row.map(value => (value === null ? '-' : String(value))).join('|')));
}
