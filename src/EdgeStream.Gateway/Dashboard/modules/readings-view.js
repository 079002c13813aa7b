/**
 * The readings section: a card per device, filtered by name, a page of them at a time, over a common time window.
 * Moving over one chart moves the cursor in all of them, so that devices can be compared at one moment.
 */

import { ChosenFields } from './chosen-fields.js';
import { DeviceCard } from './device-card.js';
import { byId, element, KeyedList, setHidden, setText } from './dom.js';
import { emptyReadings } from './empty-states.js';
import { alertTone, listAlerts } from './state.js';
import { read, write } from './storage.js';

const WINDOWS = [[60_000, '1 min'], [300_000, '5 min'], [900_000, '15 min']];
const WINDOW_KEY = 'edgestream.window';
const CARDS_PER_PAGE = 12;
const REDRAW_INTERVAL_MS = 250;

export class ReadingsView {
  /** @param {() => void} onChange asks for an update and a draw soon */
  constructor(onChange) {
    this._onChange = onChange;
    this._chosen = new ChosenFields();
    this._windowMs = WINDOWS.map(([ms]) => ms).find((ms) => String(ms) === read(WINDOW_KEY)) ?? WINDOWS[1][0];
    this._cursorMs = null;
    this._limit = CARDS_PER_PAGE;
    this._oldestTime = Infinity;
    this._thresholds = new Map();
    this._tones = new Map();
    this._empty = emptyReadings(byId('readings-empty'));
    this._observer = new IntersectionObserver((entries) => this._observe(entries), { rootMargin: '120px' });
    this._cards = new KeyedList(byId('cards'), {
      key: (device) => device.key,
      create: (device) => this._createCard(device),
      update: () => {},
      remove: (card) => this._observer.unobserve(card.node),
    });
    this._buildControls();
    document.addEventListener('pointerdown', (event) => {
      for (const card of this._cards.views.values()) card.closePickerUnlessIn(event.target);
    });
  }

  /** Brings the cards in step with the state: which there are, their texts, their alerts. */
  update(state, nowMs) {
    this._readAlerts(state);
    const filter = byId('filter').value.trim().toLowerCase();
    const all = [...state.devices.values()];
    this._oldestTime = all.reduce((oldest, device) => Math.min(oldest, device.oldestTime), Infinity);
    const matching = all.filter((device) => device.key.toLowerCase().includes(filter)).sort(compareDevices);
    const shown = matching.slice(0, this._limit);
    this._cards.update(shown);
    for (const card of this._cards.views.values()) {
      if (card.visible) card.update(this._cardView(card, nowMs));
    }
    setText(byId('readings-count'), all.length === 0 ? '' : `${all.length} ${all.length === 1 ? 'device' : 'devices'}`
      + (state.devicesForgotten > 0 ? `, ${state.devicesForgotten} silent ones left out` : ''));
    this._showMore(matching.length - shown.length, filter, matching.length === 0 && all.length > 0);
    setHidden(byId('readings-empty'), all.length > 0);
    if (all.length === 0) this._empty.update(state);
  }

  /**
   * Draws the cards on screen that have something new: all of them when time has moved on, else those with a new
   * reading, each at most four times a second.
   */
  draw(nowMs, palette, scrolled) {
    for (const card of this._cards.views.values()) {
      if (!card.visible) continue;
      const fresh = card.drawnRevision !== card.device.revision && nowMs - card.drawnMs >= REDRAW_INTERVAL_MS;
      if (!scrolled && !fresh) continue;
      card.drawnMs = nowMs;
      const endMs = card.device.lastSeen > nowMs ? card.device.lastSeen : nowMs;
      card.draw({
        startMs: endMs - this._shownMs(endMs), endMs, cursorMs: this._cursorMs, palette,
        thresholdOf: (key, field) => this._thresholds.get(`${key}\n${field}`) ?? null,
      });
    }
  }

  /** How long a pixel of a chart lasts: drawing more often shows nothing new. */
  get pixelMs() {
    return this._windowMs / 300;
  }

  /** The window chosen, but no longer than there are readings, so that a gateway just started fills its charts. */
  _shownMs(endMs) {
    return Math.min(this._windowMs, Math.max(WINDOWS[0][0], endMs - this._oldestTime));
  }

  _createCard(device) {
    const card = new DeviceCard(device, {
      chosen: this._chosen,
      onCursor: (timeMs) => this._setCursor(timeMs),
      onChoice: () => this._onChange(),
    });
    card.node.card = card;
    this._observer.observe(card.node);
    return card;
  }

  _cardView(card, nowMs) {
    return { nowMs, cursorMs: this._cursorMs, tone: this._tones.get(card.device.key) ?? null };
  }

  _observe(entries) {
    for (const { target, isIntersecting } of entries) {
      target.card.visible = isIntersecting;
      if (!isIntersecting) target.card.release();
    }
    this._onChange();
  }

  _setCursor(timeMs) {
    if (timeMs === this._cursorMs) return;
    this._cursorMs = timeMs;
    this._onChange();
  }

  _readAlerts(state) {
    this._thresholds.clear();
    this._tones.clear();
    for (const alert of listAlerts(state)) {
      if (alert.state !== 'firing') continue;
      const tone = alertTone(alert);
      if (this._tones.get(alert.key) !== 'critical') this._tones.set(alert.key, tone);
      if (!Number.isFinite(alert.threshold)) continue;
      this._thresholds.set(`${alert.key}\n${alert.field}`, { value: alert.threshold, tone });
    }
  }

  _showMore(hiddenCount, filter, nothingMatches) {
    const more = byId('cards-more');
    setHidden(more, hiddenCount === 0 && !nothingMatches);
    setHidden(this._moreText, !nothingMatches);
    setText(this._moreText, nothingMatches ? `No device name contains “${filter}”.` : '');
    setHidden(this._moreButton, hiddenCount === 0);
    const nextCount = Math.min(hiddenCount, CARDS_PER_PAGE * 2);
    setText(this._moreButton, `Show ${nextCount} more${nextCount < hiddenCount ? ` of ${hiddenCount}` : ''}`);
  }

  _buildControls() {
    byId('filter').addEventListener('input', () => {
      this._limit = CARDS_PER_PAGE;
      this._onChange();
    });
    this._moreText = element('span');
    this._moreButton = element('button', { class: 'button', type: 'button', testid: 'devices-more' });
    this._moreButton.addEventListener('click', () => {
      this._limit += CARDS_PER_PAGE * 2;
      this._onChange();
    });
    byId('cards-more').append(this._moreText, this._moreButton);
    const buttons = WINDOWS.map(([ms, label]) => {
      const button = element('button', { type: 'button', text: label, 'aria-pressed': String(ms === this._windowMs) });
      button.addEventListener('click', () => {
        this._windowMs = ms;
        write(WINDOW_KEY, String(ms));
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
        this._onChange();
      });
      return button;
    });
    byId('window').append(...buttons);
  }
}

/** The board itself first, then devices by name, simulated ones last: an order that does not jump about. */
function compareDevices(left, right) {
  const difference = rank(left) - rank(right);
  if (difference !== 0) return difference;
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}

function rank(device) {
  if (device.simulated) return 2;
  return device.source === 'board' ? 0 : 1;
}
