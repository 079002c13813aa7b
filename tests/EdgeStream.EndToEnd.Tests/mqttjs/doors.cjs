// Uses a door with MQTT.js: doors.cjs SCENARIO MODULES URL VERSION CA CERTIFICATE KEY USER PASSWORD. VERSION is 4 (MQTT
// 3.1.1) or 5; a '-' leaves an argument out. SCENARIO is qos0, qos1 or qos2 (publishes and receives in order), retained,
// will, shared (a subscription that two share) or kept (a session that outlives its connection). Ends with 0 when all came
// as it should.
'use strict';

const fs = require('node:fs');

const [scenario, modules, url, version, ca, certificate, key, user, password] = process.argv.slice(2);
const mqtt = require(`${modules}/mqtt`);
const topic = `site/js-${new URL(url).protocol.slice(0, -1)}-${version}-${scenario}`;
const keptSeconds = 600;
const deadlineMs = 20000;
const count = 20;

const optional = (text, read) => (text === '-' ? undefined : read(text));

class Peer {
  static async open(name, { will, kept } = {}) {
    const peer = new Peer();
    peer.messages = [];
    peer.wake = () => {};
    peer.client = mqtt.connect(url, {
      clientId: name,
      protocolVersion: Number(version),
      clean: !kept,
      properties: version === '5' && kept ? { sessionExpiryInterval: keptSeconds } : undefined,
      reconnectPeriod: 0,
      connectTimeout: deadlineMs,
      username: optional(user, text => text),
      password: optional(password, text => text),
      ca: optional(ca, fs.readFileSync),
      cert: optional(certificate, fs.readFileSync),
      key: optional(key, fs.readFileSync),
      will: will && { topic: will, payload: 'gone', qos: 1, retain: false },
    });
    // Before CONNACK: what a kept session has comes right behind it.
    peer.client.on('message', (name, payload, packet) => {
      peer.messages.push([name, payload.toString(), packet.qos, packet.retain]);
      peer.wake();
    });
    await new Promise((resolve, reject) => {
      peer.client.once('connect', resolve);
      peer.client.once('error', reject);
    });
    return peer;
  }

  async expect(...message) {
    const timeout = setTimeout(() => fail(`${message} did not come`), deadlineMs);
    while (this.messages.length === 0) {
      await new Promise(resolve => { this.wake = resolve; });
    }
    clearTimeout(timeout);
    const actual = this.messages.shift();
    if (JSON.stringify(actual) !== JSON.stringify(message)) {
      fail(`expected ${JSON.stringify(message)}, got ${JSON.stringify(actual)}`);
    }
  }
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

async function share(sender) {
  const members = [await Peer.open('js-member-1'), await Peer.open('js-member-2')];
  for (const member of members) {
    await member.client.subscribeAsync(`$share/group/${topic}`, { qos: 1 });
  }
  for (let number = 0; number < count; number += 2) {
    await sender.client.publishAsync(topic, 'shared', { qos: 1 });
    await sender.client.publishAsync(topic, 'shared', { qos: 1 });
  }
  for (const member of members) {
    for (let number = 0; number < count / 2; number++) {
      await member.expect(topic, 'shared', 1, false);
    }
    await member.client.endAsync();
  }
}

async function inOrder(watcher, sender, qos) {
  await watcher.client.subscribeAsync(topic, { qos: 2 });
  for (let number = 0; number < count; number++) {
    await sender.client.publishAsync(topic, `${number}`, { qos });
  }
  for (let number = 0; number < count; number++) {
    await watcher.expect(topic, `${number}`, qos, false);
  }
}

async function retain(watcher, sender) {
  await sender.client.publishAsync(topic, 'state', { qos: 1, retain: true });
  await watcher.client.subscribeAsync(topic, { qos: 2 });
  await watcher.expect(topic, 'state', 1, true);
  await sender.client.publishAsync(topic, '', { qos: 1, retain: true });
}

async function die(watcher) {
  await watcher.client.subscribeAsync(topic, { qos: 2 });
  const dying = await Peer.open('js-dying', { will: topic });
  dying.client.stream.destroy();
  await watcher.expect(topic, 'gone', 1, false);
}

async function keep(sender) {
  const away = await Peer.open('js-kept', { kept: true });
  await away.client.subscribeAsync(topic, { qos: 2 });
  await away.client.endAsync();
  for (let number = 0; number < count; number++) {
    await sender.client.publishAsync(topic, `${number}`, { qos: 2 });
  }
  const back = await Peer.open('js-kept', { kept: true });
  for (let number = 0; number < count; number++) {
    await back.expect(topic, `${number}`, 2, false);
  }
  await back.client.endAsync();
  await (await Peer.open('js-kept')).client.endAsync();
}

async function main() {
  const watcher = await Peer.open('js-watcher');
  const sender = await Peer.open('js-sender');
  const scenarios = {
    qos0: () => inOrder(watcher, sender, 0),
    qos1: () => inOrder(watcher, sender, 1),
    qos2: () => inOrder(watcher, sender, 2),
    retained: () => retain(watcher, sender),
    will: () => die(watcher),
    shared: () => share(sender),
    kept: () => keep(sender),
  };
  await scenarios[scenario]();
  await watcher.client.endAsync();
  await sender.client.endAsync();
}

main().then(() => console.log('all came as it should'), error => fail(error.stack));
