/**
 * One device as the page knows it: its newest values, and a bounded series per numeric field.
 *
 * A device is a partition key. At most `FIELDS_MAX` fields are kept; the first to arrive win, because a device that
 * invents field names must not be able to fill the browser's memory.
 */

import { orderFields } from './field.js';
import { TimeSeries } from './time-series.js';

export const FIELDS_MAX = 32;

export class Device {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
    this.simulated = false;
    this.source = '';
    /** What the registry knows of it. @type {string[]} */
    this.facts = [];
    this.lastSeen = NaN;
    /** The oldest sample ever accepted: how far back a chart can show anything. */
    this.oldestTime = Infinity;
    this.readings = 0;
    this.fieldsIgnored = false;
    /** Grows with every accepted sample, so that a view can tell whether to draw again. */
    this.revision = 0;
    /** @type {Map<string, TimeSeries>} */
    this.series = new Map();
    this._fields = [];
  }

  /** Fields in the order they deserve to be shown. @returns {ReturnType<typeof orderFields>} */
  get fields() {
    if (this._fields.length !== this.series.size) this._fields = orderFields(this.series.keys());
    return this._fields;
  }

  /** @param {number} time @param {Record<string, unknown>} values non-numeric members are passed over */
  add(time, values) {
    if (!Number.isFinite(time)) return;
    for (const name of Object.keys(values)) {
      const value = values[name];
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const series = this.series.get(name) ?? this._open(name);
      if (!series?.add(time, value)) continue;
      this.revision++;
      if (time < this.oldestTime) this.oldestTime = time;
    }
    if (!(time <= this.lastSeen) || this.lastSeen - time > 900_000) this.lastSeen = time;
  }

  _open(name) {
    if (this.series.size >= FIELDS_MAX) {
      this.fieldsIgnored = true;
      return undefined;
    }
    const series = new TimeSeries();
    this.series.set(name, series);
    return series;
  }
}
