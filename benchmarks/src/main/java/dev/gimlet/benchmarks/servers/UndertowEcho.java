package dev.gimlet.benchmarks.servers;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Undertow's own WebSocket API, with one I/O thread.
final class UndertowEcho {
  private static final Set<WebSocketChannel> ROOM = ConcurrentHashMap.newKeySet();

  private UndertowEcho() {}

  static void start(int port) {
    Undertow.builder()
        .setIoThreads(1)
        .addHttpListener(port, Main.HOST)
        .setHandler(
            Handlers.path()
                .addExactPath("/echo", Handlers.websocket((_, channel) -> echo(channel)))
                .addExactPath("/room", Handlers.websocket((_, channel) -> enter(channel))))
        .build()
        .start();
  }

  private static void echo(WebSocketChannel channel) {
    channel.getReceiveSetter().set(new Echo());
    channel.resumeReceives();
  }

  private static void enter(WebSocketChannel channel) {
    ROOM.add(channel);
    channel.addCloseTask(ROOM::remove);
    channel.getReceiveSetter().set(new Member());
    channel.resumeReceives();
  }

  private static final class Echo extends AbstractReceiveListener {
    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      WebSockets.sendText(message.getData(), channel, null);
    }

    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
      try (var data = message.getData()) {
        WebSockets.sendBinary(WebSockets.mergeBuffers(data.getResource()), channel, null);
      }
    }
  }

  private static final class Member extends AbstractReceiveListener {
    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      String text = message.getData();
      ROOM.forEach(each -> WebSockets.sendText(text, each, null));
    }
  }
}
