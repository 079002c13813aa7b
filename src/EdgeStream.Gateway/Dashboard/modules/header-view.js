/**
 * The masthead that all pages have: which gateway this is, how it feels, the way to the other pages, and whether this
 * one still hears from it.
 */

import { byId, element, setAttribute, setHidden, setText } from './dom.js';
import { formatDateTime, formatDuration, parseTime } from './format.js';

const OVERVIEW = 'Overview';
const PAGES = [{ name: OVERVIEW, path: './' }, { name: 'Queries', path: 'queries.html' }];

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
   * @param {{name: string, onRetry: () => void, live?: string}} page its name among the pages, what is done when the
   *   person does not want to wait for the next retry, and what `live` means on it
   */
  constructor({ name, onRetry, live = CONNECTION_TITLES.live }) {
    this._title = name === OVERVIEW ? '' : name;
    this._live = live;
    byId('masthead').append(brand(), navigation(name), facts(), controls());
    byId('banner').append(...outage());
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

function brand() {
  return element('div', { class: 'brand' },
    element('img', { class: 'brand-mark', src: 'logo.svg', alt: '', width: 26, height: 26 }),
    element('h1', { text: 'EdgeStream' }),
    element('span', { class: 'node', id: 'node', testid: 'header-node', title: 'Node name' }));
}

function navigation(present) {
  return element('nav', { class: 'pages', 'aria-label': 'Pages' }, ...PAGES.map(({ name, path }) =>
    element('a', { href: path, 'aria-current': name === present && 'page', text: name })));
}

function facts() {
  return element('p', { class: 'facts' },
    element('span', { id: 'version', testid: 'header-version' }),
    element('span', { id: 'uptime', testid: 'header-uptime' }),
    element('span', {
      class: 'badge simulated', id: 'demo', testid: 'demo-badge', hidden: true, text: 'Demo · simulated sensors',
      title: 'Started with --demo: some sensors are simulated',
    }));
}

function controls() {
  return element('div', { class: 'controls' },
    element('span', { class: 'pill', id: 'health', testid: 'health-pill', role: 'status' }),
    element('span', {
      class: 'pill', id: 'connection', testid: 'connection-state', role: 'status', text: CONNECTION_TEXTS.connecting,
    }),
    element('button', { class: 'button', id: 'theme', testid: 'theme-toggle', type: 'button' }));
}

/** What the banner says while the gateway does not answer. */
function outage() {
  return [
    element('span', {},
      element('strong', { text: 'Disconnected — retrying' }), ' ', element('span', { id: 'banner-detail' })),
    element('button', { class: 'button', id: 'retry', type: 'button', text: 'Retry now' }),
  ];
}
