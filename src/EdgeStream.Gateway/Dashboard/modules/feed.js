/**
 * The page's connection to its gateway: the WebSocket `/api/live`, or the REST API where a socket cannot be opened.
 *
 * States: `connecting` before anything was heard; `live` while the socket delivers; `polling` while only REST
 * answers; `disconnected` while neither does. In the last two the socket is tried again, with backoff. A socket that
 * says nothing for `SILENCE_MS_MAX` counts as lost, because the gateway speaks every second and a cable that was
 * pulled closes nothing.
 */

import { readApi } from './api-read.js';
import { retryDelayMs } from './backoff.js';

const SILENCE_MS_MAX = 6_000;
const POLL_INTERVAL_MS = 2_000;
const POLLING_RETRY_MS = 15_000;
const DEVICES_INTERVAL_MS = 10_000;

export class Feed {
  /**
   * @param {URL} base where the page was loaded from
   * @param {{onMessage: (message: object) => void,
   *   onConnection: (connection: {state: string, retryAt: number}) => void}} handlers
   */
  constructor(base, { onMessage, onConnection }) {
    this._base = base;
    this._onMessage = onMessage;
    this._onConnection = onConnection;
    this._attempt = 0;
    this._socket = null;
    this._state = '';
    this._retryAt = 0;
    this._timers = { retry: 0, silence: 0, poll: 0 };
  }

  start() {
    this._setState('connecting');
    this._openSocket();
    setInterval(() => this._state === 'live' && this._refreshDevices(), DEVICES_INTERVAL_MS);
  }

  /** Tries at once instead of waiting for the next retry. */
  retryNow() {
    if (this._socket === null) this._openSocket();
  }

  _openSocket() {
    clearTimeout(this._timers.retry);
    let socket;
    try {
      const url = new URL('api/live', this._base);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      socket = new WebSocket(url);
    } catch {
      // A policy or proxy that forbids sockets throws here; REST may still answer.
      this._retry();
      return;
    }
    this._socket = socket;
    socket.onmessage = (event) => this._receive(socket, event.data);
    socket.onclose = () => this._lose(socket);
    this._watchSilence(socket);
  }

  _receive(socket, text) {
    if (socket !== this._socket) return;
    this._watchSilence(socket);
    if (this._state !== 'live') {
      this._attempt = 0;
      clearTimeout(this._timers.poll);
      this._retryAt = 0;
      this._setState('live');
      this._refreshDevices();
    }
    const message = parse(text);
    if (message !== null) this._onMessage(message);
  }

  _watchSilence(socket) {
    clearTimeout(this._timers.silence);
    this._timers.silence = setTimeout(() => {
      this._lose(socket);
      socket.close();
    }, SILENCE_MS_MAX);
  }

  _lose(socket) {
    if (socket !== this._socket) return;
    clearTimeout(this._timers.silence);
    this._socket = null;
    this._retry();
  }

  async _retry() {
    const delay = this._state === 'polling' ? POLLING_RETRY_MS : retryDelayMs(this._attempt++);
    this._timers.retry = setTimeout(() => this._openSocket(), delay);
    this._retryAt = Date.now() + delay;
    if (this._state !== 'polling') this._setState('disconnected');
    await this._poll();
  }

  async _poll() {
    clearTimeout(this._timers.poll);
    const answered = await this._fetchAll();
    if (this._state === 'live') return;
    this._setState(answered ? 'polling' : 'disconnected');
    if (!answered) return;
    clearTimeout(this._timers.poll);
    this._timers.poll = setTimeout(() => this._poll(), POLL_INTERVAL_MS);
  }

  async _fetchAll() {
    const paths = ['status', 'streams', 'deliveries', 'rules', 'devices', 'alerts', 'alerting'];
    const answers = await Promise.all(paths.map((path) => readApi(this._base, path)));
    const [status, streams, deliveries, rules, devices, alerts, alerting] = answers;
    if (status === null) return false;
    this._onMessage({
      type: 'status', status, streams: streams?.streams, deliveries: deliveries?.deliveries, rules: rules?.rules,
      alerting,
    });
    if (devices !== null) this._onMessage({ type: 'devices', devices: devices.devices, sampled: true });
    if (alerts !== null) this._onMessage({ type: 'alerts', alerts: alerts.alerts });
    return true;
  }

  /** The socket carries readings; where a device comes from, and devices long silent, are asked for now and then. */
  async _refreshDevices() {
    const [devices, alerts] = await Promise.all([readApi(this._base, 'devices'), readApi(this._base, 'alerts')]);
    if (devices !== null) this._onMessage({ type: 'devices', devices: devices.devices });
    if (alerts !== null) this._onMessage({ type: 'alerts', alerts: alerts.alerts });
  }

  _setState(state) {
    this._state = state;
    this._onConnection({ state, retryAt: this._retryAt });
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // A message cut off or not JSON is not worth the connection; the next status corrects what it would have said.
    return null;
  }
}
