/**
 * One device's card: its name, where it comes from, when it was last heard, a chart per chosen field over a shared
 * time axis, and the list of fields to choose from. Drawing is separate from updating texts: `draw` is called only
 * while the card is on screen, `release` when it leaves.
 */

import { drawChart, drawTimeAxis, kindColor, releaseCanvas, timeAtPosition } from './chart.js';
import { element, setAttribute, setHidden, setText } from './dom.js';
import { formatValue } from './field.js';
import { formatAgo, formatDateTime } from './format.js';

const SILENT_AFTER_MS = 60_000;
const CURSOR_STEP = 1 / 60;

export class DeviceCard {
  /**
   * @param {import('./device.js').Device} device
   * @param {{chosen: import('./chosen-fields.js').ChosenFields, onCursor: (timeMs: number | null) => void,
   *   onChoice: () => void}} context
   */
  constructor(device, context) {
    this.device = device;
    this.visible = false;
    this.drawnRevision = -1;
    this.drawnMs = -Infinity;
    this._context = context;
    this._view = null;
    /** @type {Map<string, {row: Element, value: Element, unit: Element, canvas: HTMLCanvasElement, tag: Element}>} */
    this._strips = new Map();
    this._pickerSize = -1;
    this._build();
  }

  _build() {
    const { device } = this;
    const slash = device.key.lastIndexOf('/');
    const name = element('h3', { class: 'card-name', testid: 'device-name', title: device.key });
    if (slash > 0) name.append(element('span', { class: 'path', text: device.key.slice(0, slash + 1) }));
    name.append(element('span', { text: device.key.slice(slash + 1) || device.key }));
    this._badge = element('span', { class: 'badge simulated', testid: 'simulated-badge', text: 'Simulated' });
    setHidden(this._badge, true);
    this._source = element('span', { class: 'source' });
    this._seen = element('span', { class: 'seen', testid: 'device-seen' });
    this._charts = element('div', { class: 'strips' });
    this._axis = element('canvas', { class: 'axis', 'aria-hidden': 'true' });
    this._summary = element('summary', { testid: 'field-picker' });
    this._choices = element('div', { class: 'choices' });
    this._picker = element('details', { class: 'picker' }, this._summary, this._choices);
    this._picker.addEventListener('toggle', () => this._updatePicker());
    this._picker.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      this._picker.open = false;
      this._summary.focus();
    });
    this._note = element('p', { class: 'note' });
    this.node = element('article', { class: 'card', testid: 'device-card', 'aria-label': `Device ${device.key}` },
      element('div', { class: 'card-head' }, name, this._badge, this._source, this._seen),
      this._charts, this._axis, this._note, this._picker);
    this.node.dataset.key = device.key;
    this.node.addEventListener('pointermove', (event) => this._moveCursor(event));
    this.node.addEventListener('pointerleave', () => this._context.onCursor(null));
    this.node.addEventListener('keydown', (event) => this._stepCursor(event));
    this.node.addEventListener('focusout', () => this._context.onCursor(null));
  }

  /**
   * Updates texts and the set of charts; `tone` is that of the worst firing alert.
   * @param {{nowMs: number, cursorMs: number | null, tone: string | null}} view
   */
  update(view) {
    const { device } = this;
    const silentMs = view.nowMs - device.lastSeen;
    setHidden(this._badge, !device.simulated);
    setText(this._source, device.simulated ? '' : device.facts.join(' · '));
    setText(this._seen, formatAgo(Math.max(0, silentMs) / 1000));
    setAttribute(this._seen, 'title', formatDateTime(device.lastSeen));
    this.node.classList.toggle('silent', silentMs > SILENT_AFTER_MS);
    setAttribute(this.node, 'data-tone', view.tone ?? 'none');
    const fields = device.fields;
    const shown = this._context.chosen.select(device.key, fields);
    this._updateStrips(shown, view.cursorMs);
    setHidden(this._axis, shown.length === 0);
    setText(this._note, fields.length === 0 ? 'No numeric field yet: records arrive, but there is nothing to chart.'
      : shown.length === 0 ? 'No field chosen.' : '');
    setHidden(this._note, this._note.textContent === '');
    setHidden(this._picker, fields.length === 0);
    setText(this._summary, `${shown.length} of ${fields.length}${device.fieldsIgnored ? '+' : ''} fields`);
    if (this._picker.open && this._pickerSize !== fields.length) this._updatePicker();
  }

  /**
   * Draws every chart.
   * @param {{startMs: number, endMs: number, cursorMs: number | null, palette: Record<string, string>,
   *   thresholdOf: (key: string, field: string) => {value: number, tone: string} | null}} view
   */
  draw(view) {
    this._view = view;
    this.drawnRevision = this.device.revision;
    for (const [name, strip] of this._strips) {
      drawChart(strip.canvas, {
        ...view,
        series: this.device.series.get(name),
        field: strip.field,
        simulated: this.device.simulated,
        threshold: view.thresholdOf(this.device.key, name),
      });
    }
    if (!this._axis.hidden) drawTimeAxis(this._axis, view);
  }

  /** A list that lies over other cards goes away when something else is touched. */
  closePickerUnlessIn(target) {
    if (this._picker.open && !this._picker.contains(target)) this._picker.open = false;
  }

  /** Gives the canvases' memory back. */
  release() {
    this.drawnRevision = -1;
    this.drawnMs = -Infinity;
    for (const strip of this._strips.values()) releaseCanvas(strip.canvas);
    releaseCanvas(this._axis);
  }

  _updateStrips(shown, cursorMs) {
    const names = shown.map((field) => field.name);
    if (names.join('\n') !== [...this._strips.keys()].join('\n')) {
      this._strips = new Map(shown.map((field) => [field.name, this._strips.get(field.name) ?? this._strip(field)]));
      this._charts.replaceChildren(...[...this._strips.values()].map((strip) => strip.row));
      this.drawnRevision = -1;
      this.drawnMs = -Infinity;
    }
    for (const [name, strip] of this._strips) {
      const series = this.device.series.get(name);
      const index = cursorMs === null ? series.count - 1 : series.indexNearest(cursorMs);
      const { text, unit } = formatValue(strip.field, index < 0 ? NaN : series.lastAt(index));
      setText(strip.value, text);
      setText(strip.unit, unit);
      setHidden(strip.tag, !this.device.simulated);
    }
  }

  _strip(field) {
    const value = element('span', { class: 'value', testid: 'field-value' });
    const unit = element('span', { class: 'unit' });
    const tag = element('span', { class: 'tag simulated', text: 'simulated' });
    const canvas = element('canvas', {
      class: 'plot', tabindex: '0', role: 'img',
      'aria-label': `${field.label} of ${this.device.key} over time${this.device.simulated ? ', simulated' : ''}`,
    });
    const row = element('div', { class: 'strip', testid: 'field' },
      element('div', { class: 'legend' },
        element('span', { class: `swatch ${kindColor(field.kind)}` }),
        element('span', { class: 'label', text: field.label, title: field.name }),
        tag, value, unit),
      canvas);
    row.dataset.field = field.name;
    return { field, row, value, unit, tag, canvas };
  }

  _updatePicker() {
    if (!this._picker.open) return;
    const { device } = this;
    const fields = device.fields;
    this._pickerSize = fields.length;
    const shown = new Set(this._context.chosen.select(device.key, fields).map((field) => field.name));
    this._choices.replaceChildren(...fields.map((field) => {
      const box = element('input', { type: 'checkbox' });
      box.checked = shown.has(field.name);
      box.addEventListener('change', () => {
        this._context.chosen.toggle(device.key, fields, field.name, box.checked);
        this._context.onChoice();
      });
      return element('label', { title: field.name }, box, element('span', { text: field.label }),
        element('span', { class: 'unit', text: field.unit }));
    }));
  }

  _moveCursor(event) {
    if (this._view === null || !(event.target instanceof HTMLCanvasElement)) {
      this._context.onCursor(null);
      return;
    }
    this._setCursor(timeAtPosition(event.offsetX, event.target.clientWidth, this._view.startMs, this._view.endMs));
  }

  _stepCursor(event) {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (this._view === null || !(event.target instanceof HTMLCanvasElement)) return;
    if (event.key === 'Escape') this._context.onCursor(null);
    if (direction === undefined) return;
    event.preventDefault();
    const { startMs, endMs } = this._view;
    this._setCursor((this._view.cursorMs ?? endMs) + direction * (endMs - startMs) * CURSOR_STEP);
  }

  _setCursor(timeMs) {
    const { startMs, endMs } = this._view;
    this._context.onCursor(Math.min(endMs, Math.max(startMs, timeMs)));
  }
}
