package dev.gimlet.benchmarks.servers;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Helidon: blocking, a virtual thread for each connection.
final class HelidonEcho {
  private static final Set<WsSession> ROOM = ConcurrentHashMap.newKeySet();

  private HelidonEcho() {}

  static void start(int port) {
    WebServer.builder()
        .host(Main.HOST)
        .port(port)
        .backlog(4096)
        .addRouting(WsRouting.builder().endpoint("/echo", Echo::new).endpoint("/room", Member::new))
        .build()
        .start();
  }

  private static final class Echo implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send(text, last);
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
      session.send(buffer, last);
    }
  }

  private static final class Member implements WsListener {
    @Override
    public void onOpen(WsSession session) {
      ROOM.add(session);
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      ROOM.forEach(each -> each.send(text, last));
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
      ROOM.remove(session);
    }
  }
}
