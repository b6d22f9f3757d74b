package dev.gimlet.benchmarks.servers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashSet;
import java.util.Set;

/// Vert.x with one event loop and the native transport.
final class VertxEcho {

  private VertxEcho() {}

  static void start(int port) {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    Set<ServerWebSocket> room = new LinkedHashSet<>();
    vertx
        .createHttpServer()
        .webSocketHandler(socket -> {
          if (socket.path().equals("/room")) {
            enter(room, socket);
          } else {
            socket.textMessageHandler(socket::writeTextMessage);
            socket.binaryMessageHandler(socket::writeBinaryMessage);
          }
        })
        .listen(port, Main.HOST);
  }

  private static void enter(Set<ServerWebSocket> room, ServerWebSocket socket) {
    room.add(socket);
    socket.closeHandler(_ -> room.remove(socket));
    socket.textMessageHandler(text -> {
      for (ServerWebSocket each : room) {
        each.writeTextMessage(text);
      }
    });
  }
}
