import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { QueryRun } from '../../src/EdgeStream.Gateway/Dashboard/modules/query-run.js';

/** Runs a query against a server of this test; `atEnd` is waited for while the server still holds its connections. */
async function run(answer, onStarted = () => {}, atEnd = async () => {}) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  globalThis.document = { baseURI: `http://127.0.0.1:${server.address().port}/queries.html` };
  const heard = { columns: null, rows: [], ends: [] };
  try {
    const query = new QueryRun({
      onColumns: (columns) => { heard.columns = columns; },
      onRow(values) {
        heard.rows.push(values);
        onStarted(query);
      },
      onEnd: (end) => heard.ends.push(end),
    });
    await query.start({ sql: 'SELECT STREAM a FROM s', limit: 9 });
    await atEnd();
    return heard;
  } finally {
    delete globalThis.document;
    server.closeAllConnections();
    server.close();
  }
}

test('Columns, rows and how it went come one after the other, also where a piece ends within a letter', async () => {
  const text = Buffer.from('{"columns":[{"name":"°","type":"DOUBLE"}]}\n[21.5]\n\n["°"]\n'
    + '{"rows":2,"records":5,"elapsedSeconds":0.1}\n');
  let request = '';
  const heard = await run(async (incoming, response) => {
    for await (const part of incoming) request += part;
    assert.equal(incoming.url, '/api/queries/run');
    for (const byte of text) response.write(Buffer.from([byte]));
    response.end();
  });
  assert.deepEqual(JSON.parse(request), { sql: 'SELECT STREAM a FROM s', limit: 9 });
  assert.deepEqual(heard.columns, [{ name: '°', type: 'DOUBLE' }]);
  assert.deepEqual(heard.rows, [[21.5], ['°']]);
  assert.deepEqual(heard.ends, [{ done: { rows: 2, records: 5, elapsedSeconds: 0.1 } }]);
});

test('What is refused is told as the gateway tells it, and without its words by the status', async () => {
  const error = { message: 'There is no column b.', line: 1, column: 15, length: 1 };
  const refused = await run((_, response) => response.writeHead(400).end(JSON.stringify({ error })));
  assert.deepEqual(refused.ends, [{ error }]);
  const silent = await run((_, response) => response.writeHead(502).end('<html>'));
  assert.deepEqual(silent.ends, [{ error: { message: 'The gateway answered 502.' } }]);
});

test('An error behind rows ends the run with it', async () => {
  const text = '{"columns":[]}\n[1]\n{"error":{"message":"Its memory is used up."}}\n';
  const heard = await run((_, response) => response.end(text));
  assert.equal(heard.rows.length, 1);
  assert.deepEqual(heard.ends, [{ error: { message: 'Its memory is used up.' } }]);
});

test('An answer that ends without its last line is no success', async () => {
  const heard = await run((_, response) => response.end('{"columns":[]}\n[1]\n'));
  assert.match(heard.ends[0].error.message, /in the middle/);
});

test('A run that is stopped hangs up, and says that it was stopped', async () => {
  let hangUp;
  const hungUp = new Promise((resolve) => { hangUp = resolve; });
  const heard = await run((_, response) => {
    response.on('close', () => hangUp('by the page'));
    response.write('{"columns":[]}\n[1]\n');
  }, (query) => query.stop(), async () => assert.equal(await hungUp, 'by the page'));
  assert.deepEqual(heard.ends, [{ stopped: true }]);
});
