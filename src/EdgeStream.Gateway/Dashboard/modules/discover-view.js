/** What a sample of a stream's records holds: columns to put into the editor, and queries to begin with. */

import { byId, element, setText } from './dom.js';
import { formatCount } from './format.js';
import { discover, listStreams } from './query-requests.js';
import { starters, writeColumn } from './sql-position.js';

const COLUMNS_MAX = 100;

export class DiscoverView {
  /** @param {import('./editor-view.js').EditorView} editor */
  constructor(editor) {
    this._editor = editor;
    this._drawer = byId('discover-drawer');
    this._drawer.addEventListener('toggle', () => this._drawer.open && this._offer());
    byId('discover').addEventListener('click', () => this._look());
  }

  async _offer() {
    const select = byId('discover-stream');
    const { value, error } = await listStreams();
    if (error) {
      setText(byId('discover-state'), error.message);
      return;
    }
    const chosen = select.value || 'readings';
    const names = (Array.isArray(value.streams) ? value.streams : []).map((stream) => String(stream?.name));
    select.replaceChildren(...names.map((name) => element('option', { value: name, text: name })));
    if (names.includes(chosen)) select.value = chosen;
  }

  async _look() {
    const stream = byId('discover-stream').value;
    if (stream === '') return;
    setText(byId('discover-state'), 'Looking…');
    byId('discover').disabled = true;
    const { value, error } = await discover(stream);
    byId('discover').disabled = false;
    byId('discover-found').replaceChildren();
    setText(byId('discover-state'), error ? [error.message, error.hint].filter(Boolean).join(' ') : '');
    if (!error) this._show(stream, value);
  }

  _show(stream, found) {
    const columns = (Array.isArray(found.columns) ? found.columns : []).slice(0, COLUMNS_MAX);
    setText(byId('discover-state'), columns.length === 0 ? 'Its records hold nothing with a name.'
      : `${formatCount(found.sampled)} records looked at; choose a column to put it into the text.`);
    const insert = (column) => this._editor.insert(writeColumn(column, this._editor.text));
    const chips = columns.map((column) => this._button(column, () => insert(column)));
    const queries = starters(stream, columns).map(({ label, sql }) => this._button({ name: label }, () => this._put(sql)));
    if (typeof found.sql === 'string' && found.sql !== '') {
      const declare = () => this._put(`${found.sql.trimEnd().replace(/;?$/, ';')}\n\n${this._editor.text}`);
      queries.push(this._button({ name: 'Its columns, declared, ahead of the text' }, declare));
    }
    const begin = element('span', { class: 'muted', text: 'Begin with' });
    byId('discover-found').append(
      element('p', { class: 'chips', testid: 'discover-columns' }, ...chips),
      element('p', { class: 'chips', testid: 'discover-starters' }, begin, ...queries));
  }

  _put(sql) {
    this._editor.text = sql;
    this._editor.focus();
  }

  _button({ name, type, path }, onClick) {
    const button = element('button', { class: 'button chip', type: 'button', title: path ?? null },
      element('span', { text: String(name) }));
    if (type) button.append(element('span', { class: 'column-type', text: ` ${type}` }));
    button.addEventListener('click', onClick);
    return button;
  }
}
