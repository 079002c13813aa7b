// Makes a JetStream stream, or prints all messages of one, a line each: subject, message id, payload.
// Arguments: the folder of npm packages, the servers, "make" or "read", the stream, its subjects or replicas.
import { createRequire } from 'node:module';

const [, , modules, servers, action, stream, subjects, replicas] = process.argv;
const { connect, StringCodec } = createRequire(`${modules}/`)('nats');
const text = StringCodec();
const connection = await connect({ servers: servers.split(','), maxReconnectAttempts: 20 });
const manager = await connection.jetstreamManager();

if (action === 'make') {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await manager.streams.add({ name: stream, subjects: [subjects], num_replicas: Number(replicas) });
      break;
    } catch (error) {
      if (attempt === 100) {
        throw error;
      }
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
} else {
  const { state } = await manager.streams.info(stream);
  for (let sequence = state.first_seq; sequence <= state.last_seq; sequence += 1) {
    const message = await manager.streams.getMessage(stream, { seq: sequence });
    console.log([message.subject, message.header.get('Nats-Msg-Id'), text.decode(message.data)].join('\t'));
  }
}

await connection.close();
