/** The panel on the disk's wear: what is written, by whom, and how long the card lasts. */

import { byId, element, setAttribute, setText } from './dom.js';
import { formatDateTime, parseTime } from './format.js';
import { describeWear, isWearing } from './wear.js';

export class WearView {
  constructor() {
    this._list = byId('wear-list');
    this._lines = [];
  }

  update(state) {
    const wear = state.status?.wear ?? null;
    const rows = describeWear(wear);
    while (this._lines.length < rows.length) this._addLine();
    while (this._lines.length > rows.length) this._lines.pop().node.remove();
    rows.forEach(([label, text], index) => {
      setText(this._lines[index].label, label);
      setText(this._lines[index].value, text);
    });
    this._lines.at(-1).value.classList.toggle('error-text', isWearing(wear));
    const since = parseTime(wear?.since);
    setAttribute(this._list, 'title', Number.isFinite(since) ? `Counted since ${formatDateTime(since)}` : '');
  }

  _addLine() {
    const line = { label: element('dt'), value: element('dd') };
    line.node = element('div', { testid: 'wear-line' }, line.label, line.value);
    this._list.append(line.node);
    this._lines.push(line);
  }
}
