/**
 * Which fields of a device are charted: the person's choice where there is one, else the most interesting few.
 * Choices live in this browser only, for the `DEVICES_MAX` devices chosen for last.
 */

import { read, write } from './storage.js';

export const FIELDS_SHOWN_FIRST = 3;
const DEVICES_MAX = 100;
const STORAGE_KEY = 'edgestream.fields';

export class ChosenFields {
  constructor() {
    /** @type {Map<string, string[]>} */
    this._choices = new Map(parse(read(STORAGE_KEY)));
  }

  /**
   * @param {string} key the device
   * @param {{name: string, interest: number}[]} fields in order of interest
   * @returns {typeof fields} the fields to chart, in the order given; bookkeeping fields only when chosen or alone
   */
  select(key, fields) {
    const choice = this._choices.get(key);
    if (choice !== undefined) return fields.filter((field) => choice.includes(field.name));
    const measurements = fields.filter((field) => field.interest >= 0);
    return (measurements.length > 0 ? measurements : fields).slice(0, FIELDS_SHOWN_FIRST);
  }

  /** Shows or hides one field of a device, starting from what is shown now. */
  toggle(key, fields, name, shown) {
    const names = this.select(key, fields).map((field) => field.name).filter((other) => other !== name);
    if (shown) names.push(name);
    this._choices.delete(key);
    this._choices.set(key, names);
    while (this._choices.size > DEVICES_MAX) this._choices.delete(this._choices.keys().next().value);
    write(STORAGE_KEY, JSON.stringify([...this._choices]));
  }
}

function parse(text) {
  try {
    const entries = JSON.parse(text ?? '[]');
    return Array.isArray(entries) ? entries.filter((entry) => Array.isArray(entry) && Array.isArray(entry[1])) : [];
  } catch {
    // Something else wrote the key; the defaults are as good as any choice.
    return [];
  }
}
