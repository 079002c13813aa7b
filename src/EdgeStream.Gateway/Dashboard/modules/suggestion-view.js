/**
 * Suggestions under the editor: buttons, which the tabulator reaches and a finger hits, and of which control and space
 * take the first. Columns are those that a sample of the streams in the text holds.
 */

import { byId, element } from './dom.js';
import { discover, listStreams } from './query-requests.js';
import { streamsIn, suggest } from './suggestions.js';

const KNOWN_FOR_MS = 60_000;
const COLUMNS_MAX = 200;

export class SuggestionView {
  /** @param {import('./editor-view.js').EditorView} editor */
  constructor(editor) {
    this._editor = editor;
    this._streams = { names: [], untilMs: 0 };
    /** @type {Map<string, {columns: object[], untilMs: number}>} by stream; only those of the present text */
    this._columns = new Map();
    this._field = byId('sql');
    this._place = byId('sql-suggestions');
    for (const name of ['input', 'click', 'focus']) this._field.addEventListener(name, () => this._follow());
    this._field.addEventListener('keyup', (event) => event.key.startsWith('Arrow') && this._show());
    this._field.addEventListener('keydown', (event) => {
      if (event.key !== ' ' || !event.ctrlKey) return;
      event.preventDefault();
      this._place.firstElementChild?.click();
    });
  }

  _follow() {
    this._show();
    this._learn();
  }

  _show() {
    const { value, selectionStart, selectionEnd } = this._field;
    const columns = [...this._columns.values()].flatMap((known) => known.columns);
    const { start, texts } = selectionStart !== selectionEnd ? { start: 0, texts: [] }
      : suggest(value, selectionStart, { streams: this._streams.names, columns });
    this._place.replaceChildren(...texts.map((text) => {
      const button = element('button', { class: 'button chip', type: 'button', text });
      button.addEventListener('click', () => this._take(start, text));
      return button;
    }));
  }

  _take(start, text) {
    this._field.setSelectionRange(start, this._field.selectionStart);
    this._editor.insert(`${text} `);
    this._follow();
  }

  /** Asks for what is not known yet, or not any more; nothing that is asked for is asked again meanwhile. */
  async _learn() {
    const untilMs = Date.now() + KNOWN_FOR_MS;
    if (this._streams.untilMs < Date.now()) {
      this._streams.untilMs = untilMs;
      const { value } = await listStreams();
      if (Array.isArray(value?.streams)) this._streams.names = value.streams.map((stream) => String(stream?.name));
    }
    const named = streamsIn(this._field.value, this._streams.names);
    for (const stream of this._columns.keys()) if (!named.includes(stream)) this._columns.delete(stream);
    for (const stream of named) {
      const known = this._columns.get(stream);
      if (known && known.untilMs > Date.now()) continue;
      this._columns.set(stream, { columns: known?.columns ?? [], untilMs });
      const { value } = await discover(stream);
      const columns = Array.isArray(value?.columns) ? value.columns.slice(0, COLUMNS_MAX) : [];
      if (this._columns.has(stream)) this._columns.get(stream).columns = columns;
    }
    this._show();
  }
}
