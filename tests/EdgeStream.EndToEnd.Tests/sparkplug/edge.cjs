// An edge node with the Sparkplug client of Eclipse Tahu: edge.cjs MODULES URL. It publishes its births whenever it is
// connected or asked for them, and then ten times a second a temperature by its alias, which counts from 1. Prints "born"
// and "asked for births".
'use strict';

const [modules, url] = process.argv.slice(2);
const sparkplug = require(`${modules}/sparkplug-client`);
const periodMs = 100;
const temperatureAlias = 10;

const client = sparkplug.newClient({
  serverUrl: url,
  username: '',
  password: '',
  groupId: 'plant',
  edgeNode: 'edge',
  clientId: 'edge',
  version: 'spBv1.0',
});
let count = 0;

function birth() {
  const timestamp = Date.now();
  client.publishNodeBirth({
    timestamp,
    metrics: [{ name: 'Node Control/Rebirth', timestamp, type: 'Boolean', value: false }],
  });
  client.publishDeviceBirth('kiln', {
    timestamp,
    metrics: [{
      name: 'temperature',
      alias: temperatureAlias,
      timestamp,
      type: 'Double',
      value: count,
      properties: { engUnit: { type: 'String', value: 'Cel' } },
    }],
  });
  console.log('born');
}

client.on('error', error => {
  console.log(`error: ${error.message}`);
  process.exit(1);
});
client.on('birth', birth);
client.on('ncmd', payload => {
  if (payload.metrics.some(metric => metric.name === 'Node Control/Rebirth' && metric.value === true)) {
    console.log('asked for births');
    birth();
  }
});

let isConnected = false;
client.on('connect', () => { isConnected = true; });
client.on('close', () => { isConnected = false; });
setInterval(() => {
  if (!isConnected) return;
  const timestamp = Date.now();
  count++;
  client.publishDeviceData('kiln', {
    timestamp,
    metrics: [{ alias: temperatureAlias, timestamp, type: 'Double', value: count }],
  });
}, periodMs);
