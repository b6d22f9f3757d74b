package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.FaultProxy;
import dev.gimlet.testing.Floods;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Peers that are gone, and the ways in which a server learns of it.
@Timeout(300)
final class DeadPeerTest {

  private static final int PEERS = Floods.of(200, 2000);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  enum End {
    CUT,
    RESET
  }

  private final RecordingEvents events = new RecordingEvents();
  private final List<RawWebSocket> peers = new ArrayList<>();
  private RunningServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    WebSocketOptions options = WebSocketOptions.builder().heartbeat(INTERVAL, TIMEOUT).build();
    server =
        Gimlet.bare(ServerOptions.builder().events(events).build())
            .ws("/", options, WebSocketListener.onMessage((_, _) -> {}))
            .start(0);
    proxy = FaultProxy.to(server.port());
  }

  @AfterEach
  void stop() throws IOException {
    for (RawWebSocket peer : peers) {
      peer.close();
    }
    proxy.close();
    server.close();
  }

  @Test
  void inABlackholeAreAllFoundInTimeAndToldOnce() throws Exception {
    connect(PEERS);
    proxy.blackhole();
    long start = System.nanoTime();

    assertThatEachIsToldOnce();
    // Three seconds for a busy machine: HeartbeatTest holds the times exactly.
    Duration limit = INTERVAL.plus(TIMEOUT).multipliedBy(11).dividedBy(10);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit.plusSeconds(3));
  }

  @ParameterizedTest
  @EnumSource
  void withAnEndAreToldOnceAtOnce(End end) throws Exception {
    connect(PEERS / 4);

    switch (end) {
      case CUT -> proxy.cut();
      case RESET -> proxy.reset();
    }

    assertThatEachIsToldOnce();
  }

  private void connect(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      peers.add(RawWebSocket.connect(proxy.port(), "/"));
    }
  }

  private void assertThatEachIsToldOnce() throws InterruptedException {
    int openedCount = 0;
    int closedCount = 0;
    while (closedCount < peers.size()) {
      switch (events.next()) {
        case "opened" -> openedCount++;
        case "closed 1006" -> closedCount++;
        case String other -> throw new AssertionError(other);
      }
    }
    server.close();
    assertThat(openedCount).isEqualTo(peers.size());
    assertThat(events.waiting()).isEmpty();
  }
}
