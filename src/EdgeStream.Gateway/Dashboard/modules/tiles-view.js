/** Five figures that say how the gateway is doing; each leads to the section with the detail. */

import { byId, element, setAttribute, setFraction, setText } from './dom.js';
import { formatBytes, formatCount, formatDuration, formatRate, splitBytes } from './format.js';
import { Sparkline } from './sparkline.js';
import { countFiring, sumBacklog } from './state.js';

const DISK_LOW_FRACTION = 0.1;

export class TilesView {
  constructor() {
    this._rate = tile('rate', '#streams', 'Records in', '/s');
    this._spark = new Sparkline('tile-graph');
    this._rate.node.append(this._spark.node);
    this._mqtt = tile('mqtt', '#readings', 'MQTT connections', '');
    this._storage = tile('storage', '#streams', 'Stored', 'B');
    this._disk = element('span', { class: 'meter tile-graph' }, element('span', { class: 'meter-fill' }));
    this._storage.node.append(this._disk);
    this._alerts = tile('alerts', '#alerts', 'Firing alerts', '');
    this._backlog = tile('backlog', '#deliveries', 'To deliver', 'records');
    const all = [this._rate, this._mqtt, this._storage, this._alerts, this._backlog];
    byId('tiles').append(...all.map((each) => each.node));
  }

  update(state) {
    this._updateRate(state);
    const { mqtt = {}, storage = {} } = state.status ?? {};
    setText(this._mqtt.value, formatCount(mqtt.connections));
    const { publishesReceived, publishesSent } = mqtt;
    setText(this._mqtt.detail, `${formatCount(publishesReceived)} received · ${formatCount(publishesSent)} sent`);
    setAttribute(this._mqtt.node, 'title', `${mqtt.endpoint ?? ''}\n${formatCount(mqtt.sessions)} sessions, `
      + `${formatCount(mqtt.retainedMessages)} retained messages`);
    this._updateStorage(storage);
    const firing = countFiring(state);
    setText(this._alerts.value, formatCount(firing));
    setText(this._alerts.detail, `${state.rules.length} ${state.rules.length === 1 ? 'rule watches' : 'rules watch'}`);
    this._alerts.node.classList.toggle('bad', firing > 0);
    this._updateBacklog(state);
  }

  _updateRate(state) {
    const rates = state.rates.get('') ?? [];
    setText(this._rate.value, formatRate(rates.at(-1)));
    const appended = state.streams.reduce((sum, stream) => sum + (stream.appendedRecords || 0), 0);
    setText(this._rate.detail, state.streams.length === 0 ? 'no stream yet' : `${formatCount(appended)} appended`);
    this._spark.update(rates);
  }

  _updateStorage(storage) {
    const used = splitBytes(storage.usedBytes);
    setText(this._storage.value, used.text);
    setText(this._storage.unit, used.unit);
    const free = storage.freeBytes / storage.totalBytes;
    setText(this._storage.detail, `${formatBytes(storage.freeBytes)} free of ${formatBytes(storage.totalBytes)}`);
    setAttribute(this._storage.node, 'title', String(storage.folder ?? ''));
    setFraction(this._disk, '--fraction', Number.isFinite(free) ? 1 - free : 0);
    this._storage.node.classList.toggle('bad', free < DISK_LOW_FRACTION);
  }

  _updateBacklog(state) {
    const { records, bytes, lagSeconds } = sumBacklog(state.deliveries);
    setText(this._backlog.value, formatCount(records));
    setText(this._backlog.unit, records === 1 ? 'record' : 'records');
    setText(this._backlog.detail, state.deliveries.length === 0 ? 'no delivery configured'
      : `${formatBytes(bytes)} · ${formatDuration(Math.round(lagSeconds))} behind`);
    const failing = state.deliveries.some((delivery) => delivery.state === 'backing-off');
    this._backlog.node.classList.toggle('warn', failing);
  }
}

function tile(name, href, label, unitText) {
  const value = element('span', { class: 'tile-value', text: '—' });
  const unit = element('span', { class: 'tile-unit', text: unitText });
  const detail = element('span', { class: 'tile-detail' });
  const node = element('a', { class: 'tile', href, testid: `tile-${name}` },
    element('span', { class: 'tile-label', text: label }),
    element('span', { class: 'tile-figure' }, value, unit), detail);
  return { node, value, unit, detail };
}
