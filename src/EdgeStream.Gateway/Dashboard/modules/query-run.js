/**
 * One run of a query: live until it is stopped, or over stored history until it is through. The answer's first line
 * names the columns, each further one is a row, the last one says how it went.
 */

import { LineReader } from './line-reader.js';
import { errorOf } from './query-requests.js';

export class QueryRun {
  /**
   * @param {{onColumns: (columns: {name: string, type: string}[]) => void, onRow: (values: unknown[]) => void,
   *   onEnd: (end: {done?: {rows: number, records: number, elapsedSeconds: number}, error?: object,
   *   stopped?: boolean}) => void}} handlers `onEnd` is called once
   */
  constructor(handlers) {
    this._handlers = handlers;
    this._abort = new AbortController();
    this._end = null;
  }

  /** @param {{sql: string, from?: string, to?: string, limit?: number, stream?: string}} request */
  async start(request) {
    this._handlers.onEnd(await this._run(request));
  }

  stop() {
    this._abort.abort();
  }

  async _run(request) {
    try {
      const response = await fetch(new URL('api/queries/run', document.baseURI), {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request),
        signal: this._abort.signal, cache: 'no-store',
      });
      if (!response.ok) return { error: await errorOf(response) };
      await this._read(response.body);
      return this._end ?? { error: { message: 'The gateway ended the answer in the middle.' } };
    } catch (error) {
      if (this._abort.signal.aborted) return { stopped: true };

      // What is left of the answer is not waited for. A whole one is not given up: the browser may not be through with it.
      this._abort.abort();
      const message = error instanceof RangeError ? error.message : 'The gateway does not answer any more.';
      return { error: { message } };
    }
  }

  async _read(body) {
    const lines = new LineReader((line) => this._take(line));
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      lines.push(decoder.decode(part.value, { stream: true }));
    }
    lines.push(decoder.decode());
    lines.end();
  }

  _take(text) {
    const line = JSON.parse(text);
    if (Array.isArray(line)) this._handlers.onRow(line);
    else if (Array.isArray(line.columns)) this._handlers.onColumns(line.columns);
    else this._end = line.error ? { error: line.error } : { done: line };
  }
}
