package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ConnectionStatistics;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Outboxes behind their connection, over a socket that is full when the test wants it.
final class OutboxTest {

  private static final int LIMIT = 4096;
  private static final int MANY = 1000;

  private final StallingChannel channel = new StallingChannel();
  private final HomeLoop home = new HomeLoop(channel.eventLoop());
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void leaveNothingBehind() {
    channel.finishAndReleaseAll();
    home.release();
    channel.runPendingTasks();
  }

  @Nested
  class Gathers {

    @Test
    void messagesOfOtherThreadsIntoOneCall() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);

      elsewhere(() -> sendAll(connection, MANY));
      channel.runPendingTasks();

      assertThat(channel.writes()).isEqualTo(1);
      assertThat(channel.buffers()).isEqualTo(1);
      assertThat(channel.received()).isEqualTo(numbers(0, MANY));
    }

    @Test
    void smallSharedFramesIntoTheSameBuffers() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);
      List<PreparedMessage> prepared =
          numbers(0, MANY).stream().map(it -> PreparedMessage.of(Text.of(it))).toList();

      elsewhere(() -> prepared.forEach(connection::send));
      channel.runPendingTasks();

      assertThat(channel.writes()).isEqualTo(1);
      assertThat(channel.buffers()).isEqualTo(1);
      assertThat(channel.received()).isEqualTo(numbers(0, MANY));
    }

    @Test
    void andKeepsWhatItHasWhenThereIsNoMemoryForMore() {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);
      connection.send("first");
      ScarceMemory.of(connection, 0);

      assertThatThrownBy(() -> connection.send("x".repeat(1000)))
          .isInstanceOf(OutOfMemoryError.class);
      channel.runPendingTasks();

      assertThat(channel.received()).containsExactly("first");
    }

    @Test
    void andCountsNothingOnceThereIsNoMemoryToWriteFrom() {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);
      connection.send(PreparedMessage.of(Text.of("in no buffer yet")));
      ScarceMemory.of(connection, 0);

      channel.runPendingTasks();

      assertThat(connection.isOpen()).isFalse();
      assertThat(connection.outboxBudget().used()).isZero();
    }

    @Test
    void largeSharedFramesIntoOneCallWithoutACopy() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);
      PreparedMessage large = PreparedMessage.of(Text.of("x".repeat(8192)));

      elsewhere(() -> IntStream.range(0, 20).forEach(_ -> connection.send(large)));
      channel.runPendingTasks();

      assertThat(channel.writes()).isEqualTo(1);
      assertThat(channel.buffers()).isEqualTo(20);
      assertThat(channel.received()).hasSize(20).containsOnly("x".repeat(8192));
    }

    @Test
    void whatWaitedForTheSocketIntoOneCall() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);
      stallBehindOneMessage(connection);
      for (int i = 0; i < MANY; i++) {
        int number = i;
        elsewhere(() -> connection.send(Integer.toString(number)));
        channel.runPendingTasks();
      }

      channel.goOn();

      assertThat(channel.writes()).isEqualTo(2); // the first message, and all others
      assertThat(channel.received().subList(1, MANY + 1)).isEqualTo(numbers(0, MANY));
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_OLDEST", "LATEST_PER_KEY"})
    void whatMayStillBeDroppedIntoFewCalls(SlowConsumerPolicy policy) throws Exception {
      NettyWebSocketConnection connection = open(policy, 1 << 20);

      elsewhere(() -> IntStream.range(0, 200).forEach(_ -> connection.send("x".repeat(1000))));
      channel.runPendingTasks();

      assertThat(channel.writes()).isEqualTo(4); // 200 KB by 64 KiB
      assertThat(channel.received()).hasSize(200);
    }
  }

  /// There nothing leaves before the program returns, and the peer is not to blame for that.
  @ParameterizedTest
  @EnumSource
  void takesAnyAmountFromTheEventLoopWhileTheSocketDoes(SlowConsumerPolicy policy)
      throws Exception {
    NettyWebSocketConnection connection = open(policy, LIMIT);
    elsewhere(() -> sendAll(connection, 20));

    List<SendResult> results = numbers(20, 5 * MANY).stream().map(connection::send).toList();
    channel.runPendingTasks();

    assertThat(results).containsOnly(SendResult.ACCEPTED);
    assertThat(channel.received()).isEqualTo(numbers(0, 5 * MANY));
    assertThat(connection.statistics().droppedMessages()).isZero();
    assertThat(connection.statistics().waitingBytes()).isZero();
  }

  @Nested
  class WhenTheSocketIsFull {

    @Test
    void holdsLittleMoreMemoryThanWhatWaits() {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, 1 << 20);
      UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
      channel.config().setAllocator(memory);
      PreparedMessage shared = PreparedMessage.of(Text.of("x".repeat(4200)));
      stallBehindOneMessage(connection);
      sendAll(connection, 70, "x".repeat(1000)); // from then on the buffers were large

      while (connection.statistics().waitingBytes() < 1_000_000) {
        connection.send("small");
        connection.send(shared);
      }

      assertThat(memory.metric().usedDirectMemory()).isLessThan(512 << 10);
    }

    @Test
    void closesAndSendsWhatWaited() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.CLOSE, LIMIT);
      stallBehindOneMessage(connection);

      List<SendResult> results = sendAll(connection, MANY);
      channel.goOn();

      int accepted = count(results, SendResult.ACCEPTED);
      assertThat(results.subList(accepted, MANY)).containsOnly(SendResult.CLOSED);
      assertThat(afterFirst(channel.received()))
          .startsWith(numbers(0, accepted).toArray(String[]::new))
          .endsWith("close 1008")
          .hasSize(accepted + 1);
      assertThat(told).containsExactly("CLOSE 1");
      assertThat(connection.statistics().droppedMessages()).isEqualTo(1);
    }

    @Test
    void dropsTheNewest() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.DROP_NEWEST, LIMIT);
      stallBehindOneMessage(connection);

      List<SendResult> results = sendAll(connection, MANY);
      channel.goOn();

      int accepted = count(results, SendResult.ACCEPTED);
      assertThat(accepted).isBetween(100, MANY - 1);
      assertThat(results.subList(accepted, MANY)).containsOnly(SendResult.DROPPED);
      assertThat(afterFirst(channel.received())).isEqualTo(numbers(0, accepted));
      assertThatDropsAreTold(connection, MANY - accepted);
    }

    @Test
    void dropsTheOldest() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.DROP_OLDEST, LIMIT);
      stallBehindOneMessage(connection);

      List<SendResult> results = sendAll(connection, MANY);
      channel.goOn();

      assertThat(results).containsOnly(SendResult.ACCEPTED);
      List<String> received = afterFirst(channel.received());
      assertThat(received).hasSizeGreaterThan(20);
      assertThat(received).isEqualTo(numbers(MANY - received.size(), MANY));
      assertThatDropsAreTold(connection, MANY - received.size());
    }

    @Test
    void keepsTheLatestOfEachKey() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.LATEST_PER_KEY, LIMIT);
      stallBehindOneMessage(connection);

      for (int i = 0; i < MANY; i++) {
        String key = "key " + i % 10;
        Message message = Text.of(key + ": " + i);
        SendResult result =
            i % 2 == 0
                ? connection.send(message, key)
                : connection.send(PreparedMessage.of(message, key));
        assertThat(result).isEqualTo(SendResult.ACCEPTED);
      }
      channel.goOn();

      assertThat(afterFirst(channel.received()))
          .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "key " + i + ": " + (990 + i)).toList());
      assertThatDropsAreTold(connection, MANY - 10);
    }

    @Test
    void closesWhenAllKeysTogetherDoNotFit() throws Exception {
      NettyWebSocketConnection connection = open(SlowConsumerPolicy.LATEST_PER_KEY, LIMIT);
      stallBehindOneMessage(connection);

      List<SendResult> results = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        results.add(connection.send(Text.of(Integer.toString(i)), Integer.toString(i)));
      }
      channel.goOn();

      int accepted = count(results, SendResult.ACCEPTED);
      assertThat(accepted).isBetween(10, 99);
      assertThat(results.subList(accepted, 100)).containsOnly(SendResult.CLOSED);
      assertThat(afterFirst(channel.received()))
          .startsWith(numbers(0, accepted).toArray(String[]::new))
          .endsWith("close 1008")
          .hasSize(accepted + 1);
      assertThat(told).containsExactly("LATEST_PER_KEY 1");
    }

    @ParameterizedTest
    @EnumSource
    void neverDropsFramesOfControl(SlowConsumerPolicy policy) throws Exception {
      NettyWebSocketConnection connection = open(policy, LIMIT);
      stallBehindOneMessage(connection);
      sendAll(connection, 5);

      connection.ping();
      connection.close(CloseStatus.NORMAL_CLOSURE);
      channel.goOn();

      assertThat(channel.received()).contains("ping").endsWith("close 1000").hasSize(8);
    }

    @ParameterizedTest
    @EnumSource
    void sendsWhatWasAcceptedBeforeACloseAndNothingAfterIt(SlowConsumerPolicy policy)
        throws Exception {
      NettyWebSocketConnection connection = open(policy, LIMIT);
      stallBehindOneMessage(connection);
      elsewhere(() -> sendAll(connection, 10));

      elsewhere(() -> connection.close(CloseStatus.GOING_AWAY));
      assertThat(connection.send("late")).isEqualTo(SendResult.CLOSED);
      channel.runPendingTasks();
      assertThat(connection.send("later")).isEqualTo(SendResult.CLOSED);
      channel.goOn();

      assertThat(afterFirst(channel.received()))
          .startsWith(numbers(0, 10).toArray(String[]::new))
          .endsWith("close 1001")
          .hasSize(11);
    }

    @ParameterizedTest
    @EnumSource
    void letsOneMessageLargerThanTheOutboxPass(SlowConsumerPolicy policy) throws Exception {
      NettyWebSocketConnection connection = open(policy, LIMIT);
      String large = "x".repeat(3 * LIMIT);

      assertThat(connection.send(large)).isEqualTo(SendResult.ACCEPTED);
      channel.runPendingTasks();

      assertThat(channel.received()).containsExactly(large);
      assertThat(connection.statistics().waitingBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void releasesEverythingWhenTheConnectionBreaks(SlowConsumerPolicy policy) throws Exception {
      NettyWebSocketConnection connection = open(policy, LIMIT);
      stallBehindOneMessage(connection);
      sendAll(connection, 10);

      channel.close();
      channel.runPendingTasks();

      assertThat(connection.closeStatus()).map(CloseStatus::code).hasValue(1006);
      assertThat(connection.send("late")).isEqualTo(SendResult.CLOSED);
      assertThat(told).isEmpty(); // a broken connection is no slow consumer
    }
  }

  @ParameterizedTest
  @EnumSource
  void staysBoundedWhileTheEventLoopStandsStill(SlowConsumerPolicy policy) throws Exception {
    NettyWebSocketConnection connection = open(policy, LIMIT);

    elsewhere(() -> {
      assertThat(channel.eventLoop().inEventLoop()).isFalse();
      for (int i = 0; i < 10_000; i++) {
        connection.send(Text.of("x".repeat(i % 500)), "key " + i % 5);
        assertThat(connection.statistics().waitingBytes()).isLessThanOrEqualTo(LIMIT + 600);
      }
    });
    channel.runPendingTasks();

    ConnectionStatistics statistics = connection.statistics();
    assertThat(statistics.waitingBytes()).isZero();
    assertThat(statistics.messagesSent())
        .isEqualTo(channel.received().stream().filter(it -> !it.startsWith("close")).count());
    if (policy != SlowConsumerPolicy.CLOSE) {
      assertThat(statistics.messagesSent() + statistics.droppedMessages()).isEqualTo(10_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesPingsOutWhileItIsFull(SlowConsumerPolicy policy) throws Exception {
    NettyWebSocketConnection connection = open(policy, LIMIT);

    elsewhere(() -> pingOften(connection));
    channel.runPendingTasks();
    assertThat(channel.received()).hasSizeBetween(100, LIMIT / 2).containsOnly("ping");

    channel.stall();
    pingOften(connection);
    channel.runPendingTasks();
    pingOften(connection);
    channel.goOn();

    assertThat(channel.received()).hasSizeBetween(100, LIMIT / 2).containsOnly("ping");
    assertThat(connection.statistics().waitingBytes()).isZero();
    assertThat(connection.isOpen()).isTrue();
  }

  private static void pingOften(NettyWebSocketConnection connection) {
    for (int i = 0; i < LIMIT; i++) {
      connection.ping();
    }
    assertThat(connection.statistics().waitingBytes()).isLessThanOrEqualTo(LIMIT);
  }

  /// Nothing of an earlier bound leaves room for more: what is in flight counts too.
  @ParameterizedTest
  @CsvSource({
    "DROP_OLDEST, 1000",
    "DROP_OLDEST, 4000",
    "LATEST_PER_KEY, 1000",
    "DROP_NEWEST, 1000"
  })
  void staysBoundedWhileTheSocketComesAndGoes(SlowConsumerPolicy policy, int bytes)
      throws Exception {
    NettyWebSocketConnection connection = open(policy, LIMIT);
    for (int round = 0; round < 20; round++) {
      channel.stall();
      for (int i = 0; i < 10; i++) {
        connection.send(Text.of("x".repeat(bytes)), "key");
        channel.runPendingTasks();
        assertThat(connection.statistics().waitingBytes()).isLessThanOrEqualTo(LIMIT + bytes + 300);
      }
      channel.goOn();
    }

    assertThat(connection.statistics().waitingBytes()).isZero();
    assertThat(connection.statistics().messagesSent()).isEqualTo(channel.received().size());
  }

  @Test
  void tellsDropsAtMostOnceASecondAndTheLastOnesAtTheEnd() throws Exception {
    NettyWebSocketConnection connection = open(SlowConsumerPolicy.DROP_NEWEST, LIMIT);
    stallBehindOneMessage(connection);
    sendAll(connection, 100, "x".repeat(500));
    connection.inbound().onTick(1);
    sendAll(connection, 5, "x".repeat(500));
    connection.inbound().onTick(2);

    channel.close();
    channel.runPendingTasks();

    long dropped = connection.statistics().droppedMessages();
    assertThat(told).containsExactly("DROP_NEWEST " + (dropped - 5), "DROP_NEWEST 5");
  }

  private void assertThatDropsAreTold(NettyWebSocketConnection connection, long messages) {
    channel.close();
    channel.runPendingTasks();
    assertThat(connection.statistics().droppedMessages()).isEqualTo(messages);
    assertThat(told).containsExactly(connection.options().slowConsumerPolicy() + " " + messages);
  }

  private void stallBehindOneMessage(WebSocketConnection connection) {
    channel.stall();
    connection.send("first");
    channel.runPendingTasks();
  }

  private NettyWebSocketConnection open(SlowConsumerPolicy policy, int outboxBytes) {
    WebSocketOptions options =
        WebSocketOptions.builder().outboxBytes(outboxBytes).slowConsumerPolicy(policy).build();
    NettyWebSocketConnection connection = BareConnections.over(channel, home, options, events());
    connection.open();
    return connection;
  }

  private ServerEvents events() {
    return new ServerEvents() {
      @Override
      public void slowConsumer(
          WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {
        told.add(policy + " " + messages);
      }
    };
  }

  private static List<SendResult> sendAll(WebSocketConnection connection, int messages) {
    return numbers(0, messages).stream().map(connection::send).toList();
  }

  private static void sendAll(WebSocketConnection connection, int messages, String text) {
    for (int i = 0; i < messages; i++) {
      connection.send(text);
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static int count(List<SendResult> results, SendResult which) {
    return (int) results.stream().filter(which::equals).count();
  }

  private static List<String> afterFirst(List<String> received) {
    assertThat(received).first().isEqualTo("first");
    return received.subList(1, received.size());
  }

  /// Runs the task on a thread that is not the event loop, and waits for it.
  private static void elsewhere(Runnable task) throws InterruptedException, ExecutionException {
    var run = new FutureTask<>(task, null);
    Thread.ofVirtual().start(run);
    run.get();
  }
}
