/**
 * The charts of a result: one for each column of numbers that is shown, over a common axis, with a cursor that follows
 * the pointer or the arrow keys, and the choice of columns and of what parts the lines.
 */

import { releaseCanvas } from './chart.js';
import { byId, element, KeyedList, setAttribute, setHidden, setText } from './dom.js';
import { describeField, formatValue } from './field.js';
import { formatCount } from './format.js';
import { drawLines, drawResultAxis, LINE_COLORS, positionAt } from './line-chart.js';
import { LINES_MAX, linesOf, nearestPoint, numericColumns, spanOf, textColumns, usualSplit } from './result-lines.js';
import { formatUtc } from './sql-time.js';

const CHARTS_FIRST = 3;
const CURSOR_STEPS = 60;
const AUTOMATIC = 'automatic';
const NO_SPLIT = 'none';

export class ResultChart {
  /** @param {() => void} onChange asks for a drawing soon */
  constructor(onChange) {
    this._onChange = onChange;
    this._cursor = null;
    this._span = null;
    /** @type {Set<number> | null} the columns a person chose; null for the first few */
    this._chosen = null;
    this._options = '';
    this._node = byId('result-chart');
    this._axis = element('canvas', { class: 'axis', 'aria-hidden': 'true' });
    this._note = element('p', { class: 'note', testid: 'chart-note' });
    this._strips = element('div', { class: 'strips' });
    this._split = byId('result-split');
    this._split.addEventListener('change', onChange);
    this._choices = byId('result-columns');
    this._bindPicker(byId('result-picker'));
    this._list = new KeyedList(this._strips, {
      key: (column) => String(column), create: (column) => this._createStrip(column), update: () => {},
      remove: (strip) => releaseCanvas(strip.canvas),
    });
    this._node.append(this._strips, this._axis, this._note);
    this._node.addEventListener('pointermove', (event) => this._follow(event));
    this._node.addEventListener('pointerleave', () => this._setCursor(null));
    this._node.addEventListener('focusout', () => this._setCursor(null));
    this._node.addEventListener('keydown', (event) => this._step(event));
  }

  /** Another result begins. */
  reset(rows) {
    this._rows = rows;
    this._chosen = null;
    this._cursor = null;
    this._options = '';
    this._list.update([]);
  }

  /** @param {Record<string, string>} palette */
  draw(palette) {
    const rows = this._rows;
    this._span = rows ? spanOf(rows) : null;
    const numeric = rows ? numericColumns(rows) : [];
    const shown = numeric.filter((column, index) => this._chosen?.has(column) ?? index < CHARTS_FIRST);
    setHidden(byId('result-figure'), this._span === null || numeric.length === 0);
    if (this._span === null || numeric.length === 0) return;
    this._offer(numeric, shown);
    this._list.update(shown);
    const split = this._splitColumn();
    let leftOut = false;
    for (const column of shown) {
      const found = linesOf(rows, column, split);
      leftOut ||= found.leftOut;
      this._drawStrip(this._list.views.get(String(column)), found, palette);
    }
    setHidden(this._axis, shown.length === 0);
    if (shown.length > 0) drawResultAxis(this._axis, { span: this._span, timed: rows.timed, palette });
    this._tell(split, leftOut);
  }

  /** A list that lies over the page goes away by the keyboard, and when something else is touched. */
  _bindPicker(picker) {
    picker.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      picker.open = false;
      picker.firstElementChild.focus();
    });
    document.addEventListener('pointerdown', (event) => {
      if (picker.open && !picker.contains(event.target)) picker.open = false;
    });
  }

  _splitColumn() {
    if (this._split.value === NO_SPLIT) return -1;
    return this._split.value === AUTOMATIC ? usualSplit(this._rows) : Number(this._split.value);
  }

  _drawStrip(strip, found, palette) {
    const { lines } = found;
    drawLines(strip.canvas, {
      ...found, field: strip.field, span: this._span, timed: this._rows.timed, cursor: this._cursor, palette,
    });
    const values = lines.map((line) => {
      const point = this._cursor === null ? line.xs.length - 1 : nearestPoint(line, this._cursor);
      const value = line.ys[point];
      return { label: line.label, ...(strip.whole ? { text: formatCount(value), unit: '' } : formatValue(strip.field, value)) };
    });
    strip.legend.update(values.map((value, index) => ({ ...value, index })));
    const { text: low, unit } = formatValue(strip.field, found.min);
    setAttribute(strip.canvas, 'aria-label', lines.length === 0 ? `${strip.name}: no number yet`
      : `${strip.name}: ${lines.length} ${lines.length === 1 ? 'line' : 'lines'} between ${low} and ${
        formatValue(strip.field, found.max).text} ${unit}; the arrow keys read it, the table has the rows`);
  }

  _tell(split, leftOut) {
    const { timed, columns, timeColumn } = this._rows;
    const over = timed ? `over ${columns[timeColumn].name}, UTC` : 'over the row’s number';
    const parted = split < 0 ? '' : `, a line for each ${columns[split].name}`;
    const cut = leftOut ? ` (the first ${LINES_MAX})` : '';
    const at = this._cursor === null ? '' : ` · ${timed ? formatUtc(this._cursor) : `row ${Math.round(this._cursor)}`}`;
    setText(this._note, `${over}${parted}${cut}${at}`);
  }

  _createStrip(column) {
    const { name, type } = this._rows.columns[column];
    const field = describeField(name);
    const whole = field.unit === '' && /int/i.test(type);
    const canvas = element('canvas', { class: 'plot result-plot', tabindex: '0', role: 'img' });
    const legend = element('span', { class: 'legend-lines', testid: 'chart-legend' });
    const node = element('div', { class: 'strip', testid: 'chart' },
      element('div', { class: 'legend' }, element('span', { class: 'label', text: field.label, title: name }), legend),
      canvas);
    const key = (value) => String(value.index);
    const list = new KeyedList(legend, { key, create: createLegend, update: updateLegend });
    return { node, canvas, name, field, whole, legend: list };
  }

  /** The choices follow the columns; a person's choice stays as long as what it names. */
  _offer(numeric, shown) {
    const { columns } = this._rows;
    const texts = textColumns(this._rows);
    const options = JSON.stringify([numeric, texts]);
    if (options === this._options) return;
    this._options = options;
    const chosen = this._split.value;
    this._split.replaceChildren(
      element('option', { value: AUTOMATIC, text: 'automatic' }), element('option', { value: NO_SPLIT, text: 'none' }),
      ...texts.map((column) => element('option', { value: String(column), text: columns[column].name })));
    this._split.value = [...this._split.options].some((option) => option.value === chosen) ? chosen : AUTOMATIC;
    this._choices.replaceChildren(...numeric.map((column) => this._choice(column, shown.includes(column))));
  }

  _choice(column, checked) {
    const box = element('input', { type: 'checkbox' });
    box.checked = checked;
    box.addEventListener('change', () => {
      this._chosen ??= new Set(numericColumns(this._rows).slice(0, CHARTS_FIRST));
      if (box.checked) this._chosen.add(column);
      else this._chosen.delete(column);
      this._onChange();
    });
    return element('label', {}, box, element('span', { text: this._rows.columns[column].name }));
  }

  _follow(event) {
    if (this._span === null || !(event.target instanceof HTMLCanvasElement)) {
      this._setCursor(null);
      return;
    }
    this._setCursor(positionAt(event.offsetX, event.target.clientWidth, this._span));
  }

  _step(event) {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (this._span === null || !(event.target instanceof HTMLCanvasElement)) return;
    if (event.key === 'Escape') this._setCursor(null);
    if (direction === undefined) return;
    event.preventDefault();
    const { start, end } = this._span;
    const step = (end - start) / CURSOR_STEPS;
    const whole = this._rows.timed ? step : Math.max(1, Math.round(step));
    this._setCursor(Math.min(end, Math.max(start, (this._cursor ?? end) + direction * whole)));
  }

  _setCursor(cursor) {
    if (cursor === this._cursor) return;
    this._cursor = cursor;
    this._onChange();
  }
}

function createLegend({ index }) {
  const line = {
    label: element('span', { class: 'label' }), value: element('span', { class: 'value', testid: 'chart-value' }),
    unit: element('span', { class: 'unit' }),
  };
  line.node = element('span', { class: 'legend-line' },
    element('span', { class: `swatch line-${index % LINE_COLORS.length}` }), line.label, line.value, line.unit);
  return line;
}

function updateLegend(line, { label, text, unit }) {
  setText(line.label, label);
  setText(line.value, text);
  setText(line.unit, unit);
}
