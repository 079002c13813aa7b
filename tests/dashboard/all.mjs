/** Runs every *.test.mjs beside it. */
import { readdirSync } from 'node:fs';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort();
for (const name of names) await import(new URL(name, folder));
