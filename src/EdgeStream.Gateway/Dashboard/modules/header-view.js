/** The masthead: which gateway this is, how it feels, and whether this page still hears from it. */

import { byId, setAttribute, setHidden, setText } from './dom.js';
import { formatDateTime, formatDuration, parseTime } from './format.js';

const CONNECTION_TEXTS = {
  connecting: 'connecting',
  live: 'live',
  polling: 'polling',
  disconnected: 'disconnected — retrying',
};
const CONNECTION_TITLES = {
  connecting: 'Opening the connection to the gateway',
  live: 'Connected by WebSocket',
  polling: 'The WebSocket cannot be opened; reading the REST API every two seconds',
  disconnected: 'The gateway does not answer; the values shown are the last known ones',
};

export class HeaderView {
  /**
   * @param {() => void} onRetry the person does not want to wait for the next retry
   * @param {{title?: string, live?: string}} [page] what the page's title begins with, and what `live` means on it
   */
  constructor(onRetry, { title = '', live = CONNECTION_TITLES.live } = {}) {
    this._title = title;
    this._live = live;
    byId('retry').addEventListener('click', onRetry);
    this._wasConnected = false;
  }

  update(state) {
    const { status } = state;
    if (status === null) return;
    setText(byId('node'), String(status.node ?? ''));
    document.title = [this._title, status.node, 'EdgeStream'].filter(Boolean).join(' · ');
    setText(byId('version'), status.version ? `v${status.version}` : '');
    setText(byId('uptime'), `up ${formatDuration(status.uptimeSeconds)}`);
    setAttribute(byId('uptime'), 'title', `Started ${formatDateTime(parseTime(status.startedAt))}`);
    setHidden(byId('demo'), status.demo !== true);
    this._updateHealth(status.health ?? {});
  }

  /** @param {{state: string, retryAt: number}} connection @param {number} nowMs browser time */
  updateConnection(connection, nowMs) {
    const { state, retryAt } = connection;
    if (state === 'live' || state === 'polling') this._wasConnected = true;
    document.documentElement.dataset.connection = state;
    const pill = byId('connection');
    setText(pill, CONNECTION_TEXTS[state] ?? state);
    setAttribute(pill, 'data-state', state);
    setAttribute(pill, 'title', state === 'live' ? this._live : CONNECTION_TITLES[state] ?? '');
    setHidden(byId('banner'), state !== 'disconnected');
    const seconds = Math.ceil((retryAt - nowMs) / 1000);
    setText(byId('banner-detail'), (seconds > 0 ? `next attempt in ${seconds} s` : 'trying now')
      + (this._wasConnected ? '. The values below are the last known ones.' : '. Is the gateway running?'));
  }

  _updateHealth(health) {
    const pill = byId('health');
    const status = typeof health.status === 'string' ? health.status : 'unknown';
    const reasons = Array.isArray(health.reasons) ? health.reasons.map(String) : [];
    setText(pill, reasons.length === 0 ? status : `${status}: ${reasons[0]}`
      + (reasons.length > 1 ? ` (+${reasons.length - 1})` : ''));
    setAttribute(pill, 'data-state', status);
    setAttribute(pill, 'title', reasons.length === 0 ? 'Every check passes' : reasons.join('\n'));
  }
}
