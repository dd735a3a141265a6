// For servers that would listen to the whole network: with `node --require` every one listens on the loopback address.
const { Server } = require("node:net");

const listen = Server.prototype.listen;
Server.prototype.listen = function (where, ...rest) {
  const port = typeof where === "object" ? where.port : where;
  return listen.call(this, { port, host: "127.0.0.1" }, rest.find((last) => typeof last === "function"));
};
