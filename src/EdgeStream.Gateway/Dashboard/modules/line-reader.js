/** Cuts a text that comes in pieces into its lines. What waits for its line's end is bounded. */

export const LINE_CHARS_MAX = 4 * 1024 * 1024;

export class LineReader {
  /** @param {(line: string) => void} onLine gets each line that holds something */
  constructor(onLine) {
    this._onLine = onLine;
    this._rest = '';
  }

  /** @param {string} piece @throws {RangeError} a line is longer than {@link LINE_CHARS_MAX} */
  push(piece) {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      const line = this._rest + piece.slice(start, end);
      this._rest = '';
      start = end + 1;
      if (line.trim() !== '') this._onLine(line);
    }
    this._rest += piece.slice(start);
    if (this._rest.length > LINE_CHARS_MAX) throw new RangeError('A row is longer than this page takes.');
  }

  /** The last line may have no end. */
  end() {
    const line = this._rest;
    this._rest = '';
    if (line.trim() !== '') this._onLine(line);
  }
}
