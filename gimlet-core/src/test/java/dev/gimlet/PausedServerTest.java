package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// A server that was stopped, by a debugger or with the laptop it runs on, and then goes on.
@Timeout(60)
@EnabledOnOs({OS.LINUX, OS.MAC})
@Slow
final class PausedServerTest {

  private static final int INTERVAL_MILLIS = 300;
  private static final int TIMEOUT_MILLIS = 1500;

  @Test
  @SuppressWarnings("ThreadSleep")
  void keepsThePeersThatAnsweredMeanwhile() throws Exception {
    List<RawWebSocket> clients = new ArrayList<>();
    try (ChildServer server =
        ChildServer.start(
            ":", List.of(), Integer.toString(INTERVAL_MILLIS), Integer.toString(TIMEOUT_MILLIS))) {
      for (int i = 0; i < Floods.of(10, 100); i++) {
        clients.add(RawWebSocket.connect(server.port(), "/echo"));
      }
      awaitPings(clients); // every peer is asked, and none has answered
      server.stop();
      answerPings(clients);
      Thread.sleep(INTERVAL_MILLIS + TIMEOUT_MILLIS + 200); // longer than a dead peer is given
      server.goOn();

      for (RawWebSocket client : clients) {
        client.send("alive");
        assertThat(nextText(client)).isEqualTo("alive");
      }
    } finally {
      for (RawWebSocket client : clients) {
        client.close();
      }
    }
  }

  private static void awaitPings(List<RawWebSocket> clients) throws IOException {
    for (RawWebSocket client : clients) {
      assertThat(client.read().opcode()).isEqualTo(RawWebSocket.PING);
    }
  }

  private static void answerPings(List<RawWebSocket> clients) throws IOException {
    for (RawWebSocket client : clients) {
      client.write(RawWebSocket.frame(RawWebSocket.PONG, new byte[0]));
    }
  }

  /// Pings that the server sends meanwhile are answered.
  private static String nextText(RawWebSocket client) throws IOException {
    RawWebSocket.Frame frame = client.read();
    while (frame.opcode() == RawWebSocket.PING) {
      client.write(RawWebSocket.frame(RawWebSocket.PONG, frame.payload()));
      frame = client.read();
    }
    return frame.opcode() == RawWebSocket.TEXT ? frame.text() : "close " + frame.closeCode();
  }
}
