// Loaded before kinesis-local, which cannot be told an address and would open its ports to the network.
const { Server } = require('node:net');
const listen = Server.prototype.listen;
Server.prototype.listen = function (first, ...rest) {
  return typeof first === 'object'
    ? listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
    : listen.call(this, { port: first, host: '127.0.0.1' }, ...rest.filter((one) => typeof one === 'function'));
};
