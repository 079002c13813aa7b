/** What came out of a run: how it stands, its charts, and a page of its rows. Live, the newest row is on top. */

import { byId, element, KeyedList, setHidden, setText } from './dom.js';
import { formatCount, formatDuration } from './format.js';
import { showProblem } from './problem.js';
import { ResultChart } from './result-chart.js';
import { cellText, ResultRows } from './result-rows.js';
import { isNumericType } from './sql-position.js';

const PAGE_ROWS = 50;

export class ResultView {
  /** @param {() => void} onChange asks for an update soon */
  constructor(onChange) {
    this.rows = new ResultRows();
    this._newestFirst = true;
    this._page = 0;
    this._chart = new ResultChart(onChange);
    this._list = new KeyedList(byId('result-rows'), {
      key: (row) => String(row.number), create: (row) => createRow(row), update: () => {},
    });
    for (const [id, step] of [['page-back', -1], ['page-on', 1]]) {
      byId(id).addEventListener('click', () => {
        this._page += step;
        onChange();
      });
    }
  }

  /** A run begins: what was there goes. */
  begin(history) {
    this._newestFirst = !history;
    this.setColumns([]);
    setText(byId('result-state'), history ? 'Reading history.' : 'Running; rows show as they come.');
    showProblem(byId('result-problem'), null);
    setText(byId('result-count'), '');
  }

  setColumns(columns) {
    this.rows.begin(columns);
    this._page = 0;
    this._list.update([]);
    this._chart.reset(this.rows);
    byId('result-head').replaceChildren(...this.rows.columns.map(({ name, type }) => element('th', {
      scope: 'col', class: isNumericType(type) && 'number',
    }, element('span', { text: name }), ' ', element('span', { class: 'column-type', text: type }))));
    setHidden(byId('result-scroll'), this.rows.columns.length === 0);
  }

  /** @param {{done?: object, error?: object, stopped?: boolean}} end */
  end({ done, error, stopped }) {
    const { total } = this.rows;
    const rows = `${formatCount(total)} ${total === 1 ? 'row' : 'rows'}`;
    if (error) setText(byId('result-state'), `Ended after ${rows}.`);
    else if (stopped) setText(byId('result-state'), `Stopped after ${rows}.`);
    else setText(byId('result-state'), describeEnd(rows, done));
    showProblem(byId('result-problem'), error ?? null);
  }

  update() {
    const { rows } = this;
    const pages = Math.max(1, Math.ceil(rows.count / PAGE_ROWS));
    this._page = Math.min(Math.max(0, this._page), pages - 1);
    const first = this._page * PAGE_ROWS;
    const shown = [];
    for (let place = first; place < Math.min(rows.count, first + PAGE_ROWS); place++) {
      shown.push(rows.at(this._newestFirst ? rows.count - 1 - place : place));
    }
    this._list.update(shown);
    const kept = rows.count < rows.total ? `, the newest ${formatCount(rows.count)} kept` : '';
    const cut = rows.columnsLeftOut > 0 ? `, ${rows.columnsLeftOut} columns left out` : '';
    setText(byId('result-count'), rows.total === 0 ? '' : `${formatCount(rows.total)} ${
      rows.total === 1 ? 'row' : 'rows'}${kept}${cut}`);
    setHidden(byId('result-pages'), pages === 1);
    setText(byId('page-text'), `Page ${this._page + 1} of ${pages}${this._newestFirst ? ', newest first' : ''}`);
    byId('page-back').disabled = this._page === 0;
    byId('page-on').disabled = this._page === pages - 1;
  }

  /** @param {Record<string, string>} palette */
  draw(palette) {
    this._chart.draw(palette);
  }
}

function describeEnd(rows, { records, elapsedSeconds, errors, lastError }) {
  const time = !Number.isFinite(elapsedSeconds) ? '' : elapsedSeconds < 1 ? ` in ${Math.ceil(elapsedSeconds * 1000)} ms`
    : ` in ${formatDuration(elapsedSeconds)}`;
  const wrong = errors > 0 ? ` ${formatCount(errors)} went to the error stream: ${lastError ?? ''}` : '';
  return `Done: ${rows} of ${formatCount(records)} records${time}.${wrong}`;
}

function createRow(row) {
  return {
    node: element('tr', { testid: 'result-row' }, ...row.cells.map((cell) => {
      const text = cellText(cell);
      const kind = cell === null ? 'null' : typeof cell === 'number' ? 'number' : null;
      return element('td', { class: kind, text, title: text.length > 40 && text });
    })),
  };
}
