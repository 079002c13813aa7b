/** Deliveries: where each one stands, how much waits, what went last, what failed and when it is tried again. */

import { byId, element, KeyedList, setAttribute, setFraction, setHidden, setText } from './dom.js';
import { describeDrain, describeHistory, describeHold, describeWire } from './delivery-link.js';
import { emptyDeliveries } from './empty-states.js';
import {
  formatAgo, formatBytes, formatCount, formatDateTime, formatDuration, formatRate, parseTime,
} from './format.js';
import { describeRejections } from './rejections.js';
import { Sparkline } from './sparkline.js';

/** What a full bar means at least, so that a few waiting records don't look like trouble. */
const BAR_BYTES_MIN = 1024 * 1024;

export class DeliveriesView {
  constructor() {
    this._nowMs = 0;
    this._peaks = new Map();
    this._trends = new Map();
    this._empty = emptyDeliveries(byId('deliveries-empty'));
    this._rows = new KeyedList(byId('deliveries-list'), {
      key: (delivery) => delivery.name, create: createRow, update: (row, delivery) => this._updateRow(row, delivery),
    });
  }

  update(state, nowMs) {
    this._nowMs = nowMs;
    this._peaks = state.backlogPeaks;
    this._trends = state.trends;
    this._rows.update(state.deliveries);
    const count = state.deliveries.length;
    setText(byId('deliveries-count'), count === 0 ? '' : String(count));
    setHidden(byId('deliveries-empty'), count > 0);
    if (count === 0) this._empty.update(state);
  }

  _updateRow(row, delivery) {
    setText(row.name, delivery.name);
    setText(row.state, String(delivery.state ?? 'unknown').replace('-', ' '));
    setAttribute(row.state, 'data-state', String(delivery.state));
    setText(row.route, `${delivery.stream ?? '?'} → ${delivery.destination ?? '?'}`);
    setText(row.target, String(delivery.target ?? ''));
    setAttribute(row.target, 'title', String(delivery.target ?? ''));
    const waiting = `${formatCount(delivery.backlogRecords)} records, ${formatBytes(delivery.backlogBytes)} waiting`;
    setText(row.backlog, delivery.backlogRecords > 0 ? waiting : 'nothing waiting');
    const behind = `${formatDuration(Math.round(delivery.lagSeconds))} behind`;
    setText(row.lag, delivery.lagSeconds > 0 ? behind : 'up to date');
    const whole = Math.max(BAR_BYTES_MIN, this._peaks.get(delivery.name) ?? 0);
    setFraction(row.bar, '--fraction', (delivery.backlogBytes || 0) / whole);
    setAttribute(row.bar, 'title', `A full bar is ${formatBytes(whole)}`);
    const lastAt = parseTime(delivery.lastDeliveryAt);
    setText(row.lastText, delivery.lastObject ? String(delivery.lastObject) : 'nothing delivered yet');
    setAttribute(row.last, 'title', delivery.lastObject ? `${delivery.lastObject}\n${formatDateTime(lastAt)}` : '');
    setText(row.lastAgo, Number.isFinite(lastAt) ? formatAgo(Math.max(0, this._nowMs - lastAt) / 1000) : '');
    setText(row.sum, `${formatCount(delivery.deliveredRecords)} records in `
      + `${formatCount(delivery.deliveredObjects)} objects, ${formatBytes(delivery.deliveredBytes)} delivered`
      + (delivery.evictedRecords > 0 ? ` · ${formatCount(delivery.evictedRecords)} evicted before delivery` : ''));
    this._updateTrend(row, this._trends.get(delivery.name));
    setLine(row.history, describeHistory(delivery));
    setLine(row.drain, describeDrain(delivery));
    setLine(row.hold, describeHold(delivery, this._nowMs));
    setLine(row.wire, describeWire(delivery));
    setText(row.rejected, describeRejections(delivery));
    setHidden(row.rejected, row.rejected.textContent === '');
    setText(row.error, this._errorText(delivery));
    setHidden(row.error, row.error.textContent === '');
  }

  _updateTrend(row, trend) {
    setHidden(row.trends, !trend || trend.lag.length < 2);
    if (!trend) return;
    row.lagTrend.update(trend.lag);
    row.rateTrend.update(trend.rate);
    setAttribute(row.lagPart, 'title', `Lag, at most ${formatDuration(Math.round(Math.max(0, ...trend.lag)))}`);
    setAttribute(row.ratePart, 'title', `Settled, at most ${formatRate(Math.max(0, ...trend.rate))} records/s`);
  }

  _errorText(delivery) {
    if (delivery.state !== 'backing-off' && !delivery.lastError) return '';
    const error = delivery.lastError ? String(delivery.lastError) : 'The last attempt failed';
    const nextAt = parseTime(delivery.nextAttemptAt);
    if (delivery.state !== 'backing-off' || !Number.isFinite(nextAt)) return error;
    const seconds = Math.ceil((nextAt - this._nowMs) / 1000);
    return `${error} — ${seconds > 0 ? `next attempt in ${formatDuration(seconds)}` : 'trying again now'}`;
  }
}

function setLine(line, text) {
  setText(line, text);
  setHidden(line, text === '');
}

function createRow() {
  const row = {
    name: element('span', { class: 'row-name', testid: 'delivery-name' }),
    state: element('span', { class: 'pill', testid: 'delivery-state' }),
    route: element('span', { class: 'keep' }), target: element('span', { class: 'mono clip' }),
    bar: element('div', { class: 'meter' }, element('span', { class: 'meter-fill' })),
    backlog: element('span', { testid: 'delivery-backlog' }), lag: element('span', { testid: 'delivery-lag' }),
    lastText: element('bdi', { testid: 'delivery-last' }), lastAgo: element('span', { class: 'since' }),
    sum: element('p', { class: 'row-line muted' }),
    lagTrend: new Sparkline('trend-graph'), rateTrend: new Sparkline('trend-graph'),
    history: element('p', { class: 'row-line', testid: 'delivery-history' }),
    drain: element('p', { class: 'row-line muted', testid: 'delivery-drain' }),
    hold: element('p', { class: 'row-line', testid: 'delivery-hold' }),
    wire: element('p', { class: 'row-line muted', testid: 'delivery-wire' }),
    rejected: element('p', { class: 'row-line rejected-text', testid: 'delivery-rejected' }),
    error: element('p', { class: 'error-text', testid: 'delivery-error' }),
  };
  row.last = element('span', { class: 'mono clip-start' }, row.lastText);
  row.lagPart = element('span', { class: 'trend' }, 'lag', row.lagTrend.node);
  row.ratePart = element('span', { class: 'trend' }, 'rate', row.rateTrend.node);
  row.trends = element('p', { class: 'row-line trends muted', testid: 'delivery-trend' }, row.lagPart, row.ratePart);
  row.node = element('article', { class: 'row', testid: 'delivery-row' },
    element('div', { class: 'row-head' }, row.name, row.state),
    element('p', { class: 'row-line muted' }, row.route, row.target),
    row.bar,
    element('p', { class: 'row-line spread' }, row.backlog, row.lag),
    element('p', { class: 'row-line spread muted' }, row.last, row.lastAgo),
    row.trends, row.history, row.drain, row.hold, row.sum, row.wire, row.rejected, row.error);
  return row;
}
