/**
 * Composition: the feed changes the state, the state is shown by the views, the painter decides when.
 *
 * Messages mark what changed; at most ten times a second the marked sections are updated and the visible charts
 * drawn. Nothing is drawn while the tab is hidden: messages still arrive, so that the charts are whole on return.
 */

import { AlertsView } from './modules/alerts-view.js';
import { DeliveriesView } from './modules/deliveries-view.js';
import { byId } from './modules/dom.js';
import { Feed } from './modules/feed.js';
import { HeaderView } from './modules/header-view.js';
import { Painter } from './modules/painter.js';
import { ReadingsView } from './modules/readings-view.js';
import { RulesView } from './modules/rules-view.js';
import { applyMessage, createState, gatewayNow, listAlerts } from './modules/state.js';
import { StreamsView } from './modules/streams-view.js';
import { bindThemeToggle, readPalette } from './modules/theme.js';
import { TilesView } from './modules/tiles-view.js';
import { WearView } from './modules/wear-view.js';

const CLOCK_INTERVAL_MS = 1_000;
const TILE_SECTIONS = ['status', 'streams', 'deliveries', 'alerts', 'rules'];
const READINGS_MARKS = ['devices', 'alerts', 'choice', 'clock'];

const state = createState();
let connection = { state: 'connecting', retryAt: 0 };
let palette = readPalette();
let drawnMs = 0;

const painter = new Painter(paint);
const feed = new Feed(new URL('.', document.baseURI), {
  onMessage(message) {
    for (const section of applyMessage(state, message, Date.now())) painter.mark(section);
  },
  onConnection(next) {
    connection = next;
    painter.mark('connection');
  },
});

const header = new HeaderView({ name: 'Overview', onRetry: () => feed.retryNow() });
const tiles = new TilesView();
const readings = new ReadingsView(() => painter.mark('choice'));
const streams = new StreamsView();
const alerts = new AlertsView(() => painter.mark('alerts'));
const deliveries = new DeliveriesView();
const rules = new RulesView();
const wear = new WearView();

/** @param {Set<string>} marks sections that changed; 'clock' once a second, 'choice' after a person did something */
function paint(marks) {
  const nowMs = gatewayNow(state, Date.now());
  const clock = marks.has('clock');
  if (marks.has('status')) header.update(state);
  if (marks.has('connection') || clock) header.updateConnection(connection, Date.now());
  if (state.status !== null) {
    if (TILE_SECTIONS.some((section) => marks.has(section))) tiles.update(state);
    if (marks.has('streams')) streams.update(state);
    if (marks.has('status')) wear.update(state);
    if (marks.has('rules')) rules.update(state);
    if (marks.has('deliveries') || clock) deliveries.update(state, nowMs);
    if (marks.has('alerts') || clock) alerts.update(state, nowMs);
  }
  if (marks.has('alerts')) alerts.announce(listAlerts(state));
  const heard = state.status !== null || state.devices.size > 0;
  if (heard && READINGS_MARKS.some((mark) => marks.has(mark))) readings.update(state, nowMs);
  drawCharts(nowMs, marks.has('choice'));
}

/** Charts move on when time has moved by a pixel; a cursor, a choice or a theme draws them at once. */
function drawCharts(nowMs, atOnce) {
  const scrolled = atOnce || Math.abs(nowMs - drawnMs) >= Math.max(readings.pixelMs, CLOCK_INTERVAL_MS / 2);
  if (scrolled) drawnMs = nowMs;
  readings.draw(nowMs, palette, scrolled);
}

bindThemeToggle(byId('theme'), () => {
  palette = readPalette();
  painter.mark('choice');
});
addEventListener('resize', () => painter.mark('choice'));
setInterval(() => painter.mark('clock'), CLOCK_INTERVAL_MS);
feed.start();
