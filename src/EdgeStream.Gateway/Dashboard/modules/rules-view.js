/** Rules: what is watched, and whether it is quiet, pending or firing. */

import { byId, element, KeyedList, setAttribute, setHidden, setText } from './dom.js';
import { emptyRules } from './empty-states.js';

export class RulesView {
  constructor() {
    this._empty = emptyRules(byId('rules-empty'));
    this._rows = new KeyedList(byId('rules-list'), { key: (rule) => rule.name, create: createRow, update: updateRow });
  }

  update(state) {
    this._rows.update(state.rules);
    const count = state.rules.length;
    setText(byId('rules-count'), count === 0 ? '' : String(count));
    setHidden(byId('rules-empty'), count > 0);
    if (count === 0) this._empty.update(state);
  }
}

function createRow() {
  const row = {
    name: element('span', { class: 'row-name' }), state: element('span', { class: 'pill', testid: 'rule-state' }),
    watches: element('p', { class: 'row-line muted' }), description: element('p', { class: 'row-line' }),
  };
  row.node = element('article', { class: 'row', testid: 'rule-row' },
    element('div', { class: 'row-head' }, row.name, row.state), row.description, row.watches);
  return row;
}

function updateRow(row, rule) {
  setText(row.name, rule.name);
  const many = rule.state === 'firing' && rule.firing > 1;
  setText(row.state, many ? `firing × ${rule.firing}` : String(rule.state ?? 'unknown'));
  setAttribute(row.state, 'data-state', String(rule.state));
  setText(row.description, String(rule.description ?? ''));
  setText(row.watches, `${rule.kind ?? 'rule'} on ${rule.stream ?? '?'}.${rule.field ?? '?'}`);
}
