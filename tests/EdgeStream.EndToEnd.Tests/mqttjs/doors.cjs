// Uses every door with MQTT.js: doors.cjs MODULES URL VERSION CA CERTIFICATE KEY USER PASSWORD. VERSION is 4 (MQTT 3.1.1)
// or 5; a '-' leaves an argument out. Publishes and receives with QoS 0, 1 and 2, a retained message, a will, and with version
// 5 a subscription that two share. Ends with 0 when all of it came as it should.
'use strict';

const fs = require('node:fs');

const [modules, url, version, ca, certificate, key, user, password] = process.argv.slice(2);
const mqtt = require(`${modules}/mqtt`);
const base = `site/js-${new URL(url).protocol.slice(0, -1)}-${version}`;
const deadlineMs = 20000;
const count = 20;

const optional = (text, read) => (text === '-' ? undefined : read(text));

class Peer {
  static async open(name, will) {
    const peer = new Peer();
    peer.messages = [];
    peer.wake = () => {};
    peer.client = await mqtt.connectAsync(url, {
      clientId: name,
      protocolVersion: Number(version),
      reconnectPeriod: 0,
      connectTimeout: deadlineMs,
      username: optional(user, text => text),
      password: optional(password, text => text),
      ca: optional(ca, fs.readFileSync),
      cert: optional(certificate, fs.readFileSync),
      key: optional(key, fs.readFileSync),
      will: will && { topic: will, payload: 'gone', qos: 1, retain: false },
    });
    peer.client.on('message', (topic, payload, packet) => {
      peer.messages.push([topic, payload.toString(), packet.qos, packet.retain]);
      peer.wake();
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
    await member.client.subscribeAsync(`$share/group/${base}/shared`, { qos: 1 });
  }
  for (let number = 0; number < count; number += 2) {
    await sender.client.publishAsync(`${base}/shared`, 'shared', { qos: 1 });
    await sender.client.publishAsync(`${base}/shared`, 'shared', { qos: 1 });
  }
  for (const member of members) {
    for (let number = 0; number < count / 2; number++) {
      await member.expect(`${base}/shared`, 'shared', 1, false);
    }
    await member.client.endAsync();
  }
}

async function main() {
  const watcher = await Peer.open('js-watcher');
  const sender = await Peer.open('js-sender');
  for (const qos of [0, 1, 2]) {
    await watcher.client.subscribeAsync(`${base}/qos${qos}`, { qos: 2 });
    for (let number = 0; number < count; number++) {
      await sender.client.publishAsync(`${base}/qos${qos}`, `${number}`, { qos });
    }
    for (let number = 0; number < count; number++) {
      await watcher.expect(`${base}/qos${qos}`, `${number}`, qos, false);
    }
  }

  await sender.client.publishAsync(`${base}/kept`, 'state', { qos: 1, retain: true });
  await watcher.client.subscribeAsync(`${base}/kept`, { qos: 2 });
  await watcher.expect(`${base}/kept`, 'state', 1, true);

  if (version === '5') {
    await share(sender);
  }

  await watcher.client.subscribeAsync(`${base}/will`, { qos: 2 });
  const dying = await Peer.open('js-dying', `${base}/will`);
  dying.client.stream.destroy();
  await watcher.expect(`${base}/will`, 'gone', 1, false);
  await watcher.client.endAsync();
  await sender.client.endAsync();
}

main().then(() => console.log('all came as it should'), error => fail(error.stack));
