// Expands files with code of other makers and compares them with their source.
// usage: node expand.mjs <folder of packages> <folder with source, zip, snappy, hadoop-snappy and zstd>
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';

const [modules, folder] = process.argv.slice(2);
const snappy = createRequire(join(modules, 'x.cjs'))('snappyjs');
const source = readFileSync(join(folder, 'source'));
const limit = { maxBuffer: 1 << 24 };

/** The containers that snappy-java and Hadoop have around blocks. */
function expand(bytes, isHadoop) {
  const parts = [];
  for (let at = isHadoop ? 0 : 16; at < bytes.length;) {
    at += isHadoop ? 4 : 0;
    const size = bytes.readInt32BE(at);
    parts.push(Buffer.from(snappy.uncompress(bytes.subarray(at + 4, at + 4 + size))));
    at += 4 + size;
  }
  return Buffer.concat(parts);
}

const python = 'import sys, zipfile\n'
  + 'archive = zipfile.ZipFile(sys.argv[1])\n'
  + 'sys.exit(1) if archive.testzip() else sys.stdout.buffer.write(archive.read(archive.namelist()[0]))';
const found = {
  zip: execFileSync('python3', ['-c', python, join(folder, 'zip')], limit),
  snappy: expand(readFileSync(join(folder, 'snappy')), false),
  'hadoop-snappy': expand(readFileSync(join(folder, 'hadoop-snappy')), true),
  zstd: execFileSync('zstd', ['-d', '-c', join(folder, 'zstd')], limit),
};
for (const [name, bytes] of Object.entries(found)) {
  if (!source.equals(bytes)) throw new Error(`${name}: ${bytes.length} bytes, not the source's ${source.length}`);
}
console.log(Object.keys(found).join(' '));
