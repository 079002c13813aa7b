/**
 * The editor: a text field over a layer that holds the same text unseen, in which the error is underlined. The text is
 * checked by the gateway when it has rested for a moment, and kept in this browser until it is changed.
 */

import { byId, element, setAttribute, setText } from './dom.js';
import { showProblem } from './problem.js';
import { checkQuery } from './query-requests.js';
import { errorRange } from './sql-position.js';
import { read, write } from './storage.js';

const REST_MS = 500;
const STORAGE_KEY = 'edgestream.sql';
const COLUMNS_SHOWN = 12;

export class EditorView {
  /**
   * @param {{onRun: () => void, onColumns: (columns: {name: string, type: string | null}[]) => void}} context
   *   a person asks for the result by the keyboard; the text was found right, and gives these columns
   */
  constructor({ onRun, onColumns }) {
    this._onColumns = onColumns;
    this._field = byId('sql');
    this._marks = byId('sql-marks');
    this._error = null;
    this._timer = 0;
    this._check = new AbortController();
    this._field.addEventListener('input', () => this._changed());
    this._field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onRun();
    });
    this.text = read(STORAGE_KEY) ?? '';
  }

  get text() {
    return this._field.value;
  }

  set text(text) {
    this._field.value = text;
    this._changed();
  }

  /** Puts a text where the cursor is, instead of what is selected, so that it can be undone. */
  insert(text) {
    this._field.focus();
    const { selectionStart, selectionEnd } = this._field;
    this._field.setRangeText(text, selectionStart, selectionEnd, 'end');
    this._changed();
  }

  focus() {
    this._field.focus();
  }

  /** Shows what is wrong with the text as it is now; null when nothing is. */
  showError(error) {
    this._error = error;
    this._draw();
    setAttribute(this._field, 'aria-invalid', String(error !== null));
    showProblem(byId('sql-problem'), error, () => this._go());
  }

  _changed() {
    clearTimeout(this._timer);
    this._check.abort();
    write(STORAGE_KEY, this.text);
    this.showError(null);
    setText(byId('sql-state'), '');
    if (this.text.trim() !== '') this._timer = setTimeout(() => this._ask(), REST_MS);
  }

  async _ask() {
    this._check = new AbortController();
    const { value, error, aborted } = await checkQuery(this.text, this._check.signal);
    if (aborted) return;
    setText(byId('sql-state'), error ? '' : describe(value));
    this.showError(error ?? null);
    if (!error) this._onColumns(columnsOf(value));
  }

  /** The layer holds the text as it stands in the field, so that both break their lines alike. */
  _draw() {
    const { text } = this;
    const range = this._error === null ? null : errorRange(text, this._error);
    const [start, end] = range === null ? [text.length, text.length] : [range.start, range.end];
    const mark = element('mark', { class: 'wrong', testid: 'query-wrong', text: text.slice(start, end) });
    this._marks.replaceChildren(text.slice(0, start), ...(range === null ? [] : [mark]), `${text.slice(end)}\n `);
  }

  _go() {
    const range = errorRange(this.text, this._error ?? {});
    this._field.focus();
    if (range !== null) this._field.setSelectionRange(range.start, range.end);
  }
}

function describe(check) {
  const columns = columnsOf(check);
  const shown = columns.slice(0, COLUMNS_SHOWN).map(({ name, type }) => (type ? `${name} ${type}` : String(name)));
  if (columns.length > shown.length) shown.push(`${columns.length - shown.length} more`);
  const count = check.statements > 1 ? `${check.statements} statements are right` : 'This is right';
  return shown.length === 0 ? `${count}.` : `${count}; columns: ${shown.join(', ')}.`;
}

function columnsOf(check) {
  return Array.isArray(check.columns) ? check.columns : [];
}
