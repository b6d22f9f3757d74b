// uWebSockets 20, which is C++, on Node.js: "node uws.cjs PORT".
// The package itself would answer with ws where it has no binary for this Node.js.
const binary = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
const uws = require(`@trufflesuite/uws-js-unofficial/binaries/${binary}`);

const large = 64 * 1024 * 1024;
const limits = { idleTimeout: 0, maxPayloadLength: large, maxBackpressure: large };
const app = uws.App();

app
  .ws("/echo", {
    ...limits,
    message(socket, message, isBinary) {
      socket.send(message, isBinary);
    },
  })
  .ws("/room", {
    ...limits,
    open(socket) {
      socket.subscribe("all");
    },
    message(_, message, isBinary) {
      app.publish("all", message, isBinary);
    },
  })
  .listen("127.0.0.1", Number(process.argv[2]), (listening) => {
    if (!listening) process.exit(1);
  });
