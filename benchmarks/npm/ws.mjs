// ws on Node.js: "node ws.mjs PORT".
import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
});
const room = new Set();

server.on("connection", (socket, request) => {
  socket.on("error", () => {});
  if (request.url === "/room") {
    room.add(socket);
    socket.on("close", () => room.delete(socket));
    socket.on("message", (message, binary) => {
      for (const each of room) each.send(message, { binary });
    });
  } else {
    socket.on("message", (message, binary) => socket.send(message, { binary }));
  }
});
