/**
 * What an empty section tells a newcomer: what would appear here, and the line to type so that it does. Lines are
 * built from where this page was loaded, so that they work when pasted.
 */

import { element, setText } from './dom.js';

const MQTT_PORT = 1883;

/** @param {Element} place @returns {{update: (state: object) => void}} */
export function emptyReadings(place) {
  const mqtt = command('empty-mqtt');
  const own = command('empty-publish');
  const http = command('empty-http');
  place.append(
    element('p', { class: 'empty-title', text: 'No device has sent a reading yet.' }),
    element('p', { text: 'This board’s own sensors appear by themselves. To see a device of yours, publish by MQTT:' }),
    mqtt.node,
    element('p', { text: 'or with the gateway’s own program:' }),
    own.node,
    element('p', { text: 'or by HTTP, without any client installed:' }),
    http.node);
  return {
    update(state) {
      const host = location.hostname || 'localhost';
      mqtt.set(`mosquitto_pub -h ${host} -p ${mqttPort(state)} -q 1 -t greenhouse/bench-1 `
        + `-m '{"temperature_celsius":21.5}'`);
      own.set(`edgestream publish --host ${host} --port ${mqttPort(state)} greenhouse/bench-1 `
        + `'{"temperature_celsius":21.5}'`);
      http.set(`curl -X POST ${new URL('api/streams/readings/records', document.baseURI)} `
        + `-H 'Content-Type: application/json' `
        + `-d '{"key":"greenhouse/bench-1","data":{"temperature_celsius":21.5}}'`);
    },
  };
}

export function emptyStreams(place) {
  return plain(place, 'No stream yet.', 'The gateway makes readings, alerts and dead-letter when it starts; '
    + 'if they stay away, look at its log:', 'journalctl -u edgestream -e');
}

export function emptyAlerts(place) {
  return plain(place, 'No alert, now or lately.', 'An alert appears here the moment a rule fires, and is published on '
    + 'MQTT too. To watch from a terminal:', (state) => `mosquitto_sub -h ${location.hostname || 'localhost'} `
    + `-p ${mqttPort(state)} -t 'edgestream/alerts/#' -v`);
}

export function emptyDeliveries(place) {
  return plain(place, 'No delivery is configured.', 'A delivery batches a stream into compressed files, in a folder or '
    + 'on an S3-compatible server. Add one under “deliveries” in the configuration, then check it:',
  'edgestream validate');
}

export function emptyRules(place) {
  return plain(place, 'No rule is configured.', 'A rule watches one numeric field and raises an alert. Add one under '
    + '“rules” in the configuration, then check it:', 'edgestream validate');
}

export function emptyQueries(place) {
  return plain(place, 'No query yet.', 'A query reads streams for good, and what it finds is a stream again. Write one '
    + 'in the editor, run it, and save it; or add it under “queries” in the configuration, then check it:',
  'edgestream validate');
}

function plain(place, title, text, line) {
  const shown = command(null);
  place.append(element('p', { class: 'empty-title', text: title }), element('p', { text }), shown.node);
  return { update: (state) => shown.set(typeof line === 'function' ? line(state) : line) };
}

function command(testid) {
  const code = element('code', { testid });
  const button = element('button', { class: 'button', type: 'button', text: 'Copy' });
  button.addEventListener('click', () => copy(code, button));
  return { node: element('div', { class: 'command' }, element('pre', { tabindex: '0' }, code), button),
    set: (text) => setText(code, text) };
}

/** Without a secure context there is no clipboard: the line is selected instead, ready for the keyboard. */
async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = 'Selected';
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 2_000);
}

function mqttPort(state) {
  const match = /:(\d{1,5})$/.exec(String(state.status?.mqtt?.endpoint ?? ''));
  return match ? match[1] : MQTT_PORT;
}
