// Bun, which embeds uWebSockets: "bun bun.js PORT".
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request) {
    const room = new URL(request.url).pathname === "/room";
    return server.upgrade(request, { data: { room } })
      ? undefined
      : new Response("a WebSocket is here", { status: 426 });
  },
  websocket: {
    idleTimeout: 0,
    open(socket) {
      if (socket.data.room) socket.subscribe("all");
    },
    message(socket, message) {
      if (socket.data.room) {
        server.publish("all", message);
      } else {
        socket.send(message);
      }
    },
  },
});
