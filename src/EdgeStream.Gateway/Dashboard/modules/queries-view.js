/** The queries: how each one stands and its text; those made here can be switched, changed and deleted. */

import { byId, element, KeyedList, setAttribute, setHidden, setText } from './dom.js';
import { emptyQueries } from './empty-states.js';
import { describeQuery } from './query-text.js';
import { deleteQuery, saveQuery } from './query-requests.js';

export class QueriesView {
  /** @param {{onEdit: (query: object) => void, onChanged: () => void}} context */
  constructor(context) {
    this._context = context;
    this._empty = emptyQueries(byId('queries-empty'));
    this._rows = new KeyedList(byId('queries-list'), {
      key: (query) => query.name, create: () => this._createRow(), update: updateRow,
    });
  }

  /** @param {object[]} queries */
  update(queries) {
    this._rows.update(queries);
    setText(byId('queries-count'), queries.length === 0 ? '' : String(queries.length));
    setHidden(byId('queries-empty'), queries.length > 0);
    if (queries.length === 0) this._empty.update();
  }

  _createRow() {
    const button = (testid, text) => element('button', { class: 'button', type: 'button', testid, text });
    const row = {
      name: element('span', { class: 'row-name', testid: 'query-name' }),
      sure: false,
      state: element('span', { class: 'pill', testid: 'query-state' }),
      source: element('span', { testid: 'query-source' }),
      rows: element('p', { class: 'row-line', testid: 'query-rows' }),
      held: element('p', { class: 'row-line muted' }), streams: element('p', { class: 'row-line muted' }),
      error: element('p', { class: 'error-text', testid: 'query-problem' }),
      sql: element('code', { testid: 'query-text' }),
      edit: button('query-edit', 'Edit'), toggle: button('query-toggle', ''), remove: button('query-delete', 'Delete'),
      keep: button('query-keep', 'Keep'), problem: element('span', { class: 'bad', role: 'status' }),
    };
    setHidden(row.keep, true);
    row.node = element('article', { class: 'row', testid: 'query-row' },
      element('div', { class: 'row-head' }, row.name, row.state),
      element('p', { class: 'row-line muted' }, row.source), row.rows, row.held, row.streams, row.error,
      element('details', { class: 'query-sql' }, element('summary', { text: 'Its SQL' }),
        element('pre', { tabindex: '0' }, row.sql)),
      element('p', { class: 'alert-buttons' }, row.edit, row.toggle, row.remove, row.keep, row.problem));
    row.edit.addEventListener('click', () => this._context.onEdit(row.query));
    row.toggle.addEventListener('click', () => this._ask(row, switched(row.query)));
    row.remove.addEventListener('click', () => this._remove(row));
    row.keep.addEventListener('click', () => setSure(row, false));
    return row;
  }

  /** The first click asks, the second does. */
  _remove(row) {
    if (!row.sure) {
      setSure(row, true);
      return;
    }
    setSure(row, false);
    this._ask(row, deleteQuery(row.query.name));
  }

  async _ask(row, request) {
    for (const button of [row.toggle, row.remove]) button.disabled = true;
    const { error } = await request;
    for (const button of [row.toggle, row.remove]) button.disabled = false;
    setText(row.problem, error ? [error.message, error.hint].filter(Boolean).join(' ') : '');
    this._context.onChanged();
  }
}

function setSure(row, sure) {
  row.sure = sure;
  setText(row.remove, sure ? 'Delete it and its state' : 'Delete');
  row.remove.classList.toggle('bad', sure);
  setHidden(row.keep, !sure);
}

function updateRow(row, query) {
  const text = describeQuery(query);
  const own = query.source === 'api';
  row.query = query;
  setText(row.name, query.name);
  setText(row.state, text.state);
  setAttribute(row.state, 'data-state', text.state);
  setText(row.source, own ? 'made over the API' : 'of the configuration');
  setText(row.rows, text.rows);
  setText(row.held, text.held);
  setText(row.streams, text.streams);
  setText(row.error, text.problem);
  for (const line of [row.streams, row.held, row.error]) setHidden(line, line.textContent === '');
  setText(row.sql, String(query.sql ?? ''));
  setText(row.edit, own ? 'Edit' : 'Into the editor');
  setText(row.toggle, isOn(query) ? 'Switch off' : 'Switch on');
  setHidden(row.toggle, !own);
  setHidden(row.remove, !own);
  if (!own) setHidden(row.keep, true);
}

function isOn(query) {
  return query.enabled !== false;
}

/** The same query, on where it was off. */
function switched(query) {
  const { name, sql } = query;
  const outputs = Array.isArray(query.outputs) ? query.outputs : [];
  return saveQuery(name, { sql, enabled: !isOn(query), outputs });
}
