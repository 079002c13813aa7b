// kinesalite on 127.0.0.1, in memory, without the time that the service takes. Arguments: the folder of npm packages, a port.
// What would end its process ends the connection.
const [, , modules, port] = process.argv;
const options = { createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 200 };
let last = null;
process.on('uncaughtException', (error) => {
  console.error(error);
  last?.destroy();
});
require(`${modules}/kinesalite`)(options)
  .prependListener('request', (request) => { last = request.socket; })
  .listen(Number(port), '127.0.0.1');
