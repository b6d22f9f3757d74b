package dev.gimlet.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.room.Room;
import dev.gimlet.server.load.Target;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One member of ten does not read, its outbox is full, and what the policy says happens: for the
/// others a publication takes no longer than if all read.
@Slow
@Timeout(300)
class SlowMembersTest {

  private static final int MEMBERS = Floods.of(50, 1_000);
  private static final int ROUNDS = Floods.of(3, 5);
  private static final Duration ROUND = Duration.ofSeconds(Floods.of(5, 8));
  private static final int RATE = 20;

  // In a round more than a socket holds, 3 MB here, and the outbox.
  private static final int SIZE = Floods.of(64, 32) << 10;
  private static final double MOST_RATIO = 1.5;

  // What this machine's other work does to a p99 of some milliseconds.
  private static final double MILLIS_OF_CHANCE = Floods.of(40, 10);

  private final AtomicLong dropped = new AtomicLong();

  @ParameterizedTest
  @EnumSource(names = {"CLOSE", "DROP_OLDEST"})
  void costTheOthersNothing(SlowConsumerPolicy policy) throws Exception {
    try (RunningServer server = start(policy)) {
      List<Double> allRead = new ArrayList<>();
      List<Double> someDoNot = new ArrayList<>();
      run(server, 0); // compiles
      for (int round = 0; round < ROUNDS; round++) {
        allRead.add(p99Millis(run(server, 0)));
        dropped.set(0);
        BenchResult result = run(server, MEMBERS / 10);
        someDoNot.add(p99Millis(result));
        assertThatThePolicyActed(policy, result);
      }

      assertThat(median(someDoNot))
          .as("p99 of %s, when all read %s ms", someDoNot, allRead)
          .isLessThan(MOST_RATIO * median(allRead) + MILLIS_OF_CHANCE);
    }
  }

  private RunningServer start(SlowConsumerPolicy policy) {
    ServerOptions options =
        ServerOptions.builder()
            .webSocket(WebSocketOptions.builder().slowConsumerPolicy(policy).build())
            .events(
                new ServerEvents() {
                  @Override
                  public void slowConsumer(
                      WebSocketConnection connection, SlowConsumerPolicy acted, long messages) {
                    dropped.addAndGet(messages);
                  }
                })
            .build();
    Gimlet app = Gimlet.bare(options);
    Room room = app.room("all");
    app.ws("/room", new RoomListener(room));
    return app.start(0);
  }

  private record RoomListener(Room room) implements WebSocketListener {
    @Override
    public void onOpen(WebSocketConnection connection) {
      room.join(connection);
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      room.publish(message);
    }
  }

  private static BenchResult run(RunningServer server, int slowReaders)
      throws InterruptedException {
    URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/room");
    BenchOptions options =
        new BenchOptions(
            uri,
            BenchOptions.Mode.ROOM,
            MEMBERS - slowReaders,
            slowReaders,
            ROUND,
            RATE,
            SIZE,
            1,
            target(server.port()));
    BenchResult result = Bench.run(options, (_, _, _) -> {}, () -> false);
    assertThat(result.endedEarly()).as(result.firstEnd()).isZero();
    return result;
  }

  private static Target target(int port) {
    return new Target(
        List.of(InetAddress.ofLiteral("127.0.0.1")),
        port,
        "127.0.0.1:" + port,
        "/room",
        List.of(),
        WebSocketOptions.builder().noCompression().build(),
        Optional.empty(),
        false,
        Target.Source.ANY);
  }

  private void assertThatThePolicyActed(SlowConsumerPolicy policy, BenchResult result) {
    assertThat(dropped).as("messages that were dropped").hasPositiveValue();
    if (policy == SlowConsumerPolicy.CLOSE) {
      assertThat(result.slowReadersClosed()).isEqualTo(MEMBERS / 10);
    } else {
      assertThat(result.slowReadersClosed()).isZero();
    }
  }

  private static double p99Millis(BenchResult result) {
    return result.percentileMillis(99);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(each -> each).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
