package dev.gimlet.benchmarks.servers;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/// Jetty's own WebSocket API, with one selector.
final class JettyEcho {
  private static final Set<Session> ROOM = ConcurrentHashMap.newKeySet();

  private JettyEcho() {}

  static void start(int port) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost(Main.HOST);
    connector.setPort(port);
    connector.setAcceptQueueSize(4096);
    server.addConnector(connector);
    server.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            container -> {
              container.setIdleTimeout(Duration.ofMinutes(10));
              container.addMapping("/echo", (_, _, _) -> new Echo());
              container.addMapping("/room", (_, _, _) -> new Member());
            }));
    server.start();
  }

  /// Returns messages. Public, as Jetty asks for.
  public static final class Echo extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketText(String message) {
      getSession().sendText(message, Callback.NOOP);
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
      getSession().sendBinary(payload, callback);
    }
  }

  /// Sends messages to everyone. Public, as Jetty asks for.
  public static final class Member extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketOpen(Session session) {
      super.onWebSocketOpen(session);
      ROOM.add(session);
    }

    @Override
    public void onWebSocketText(String message) {
      ROOM.forEach(session -> session.sendText(message, Callback.NOOP));
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
      ROOM.remove(getSession());
      callback.succeed();
    }
  }
}
