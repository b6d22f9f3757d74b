package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.BrokerRecorder;
import dev.gimlet.spi.Retention;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.PipelinedRedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a lane asks of a connection whose answers are held.
class LaneTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RedisOptions options =
      new RedisOptions(
          RedisOptions.servers("redis://host"),
          false,
          null,
          "gimlet",
          "node",
          MINUTE,
          1,
          MINUTE,
          MINUTE,
          MINUTE,
          1);
  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
  private final HeldChannels channels = new HeldChannels();
  private final HeldThread thread = new HeldThread();
  private final Figures figures = new Figures();
  private final NoServer server = new NoServer();
  private final Commands commands = new Commands(server, options, clock, new NoWatcher());
  private final Lane lane = lane();

  private Lane lane() {
    var store = new RoomStore(commands, "gimlet");
    var around = new Lane.Surroundings(server, options, commands, store, figures, clock);
    return new Lane(0, around, new BrokerRecorder(), thread, _ -> {});
  }

  @AfterEach
  void stop() {
    clock.shutdownNow();
  }

  @Test
  void subscribesNoRoomThatWasLeftWhileOthersHadTheirTurn() {
    for (int i = 0; i < Lane.BATCH + 2; i++) {
      var _ = lane.subscribe("room" + i, Retention.NONE);
    }
    lane.opened(channels);
    Set<String> late = new HashSet<>();
    for (int i = 0; i < Lane.BATCH + 2; i++) {
      late.add("room" + i);
    }
    late.removeIf(room -> channels.wanted.contains(channel(room)));
    assertThat(late).hasSize(2);

    String left = late.iterator().next();
    lane.unsubscribe(left).join();
    channels.confirm();

    assertThat(channels.wanted).hasSize(Lane.BATCH + 2).doesNotContain(channel(left));
  }

  @Test
  void asksForNothingWhenAllTheOthersWereLeft() {
    for (int i = 0; i < Lane.BATCH + 1; i++) {
      var _ = lane.subscribe("room" + i, Retention.NONE);
    }
    lane.opened(channels);
    for (int i = 0; i < Lane.BATCH + 1; i++) {
      lane.unsubscribe("room" + i).join();
    }

    channels.confirm();

    assertThat(channels.sizes).containsExactly(1, Lane.BATCH); // the lane's own first
    assertThat(channels.wanted).hasSize(1);
  }

  @Test
  void readsRoomsWithHistoryAfterEachOverflowOfWhatWaitsForItsThread() {
    var scripts = new EmptyRooms();
    commands.opened(scripts.connection());
    var _ = lane.subscribe("lobby", Node.KEPT);
    lane.opened(channels);
    channels.confirm();
    assertThat(scripts.reads).isEqualTo(1);

    overflow();
    assertThat(figures.overflows.sum()).isEqualTo(1);
    assertThat(scripts.reads).isEqualTo(2);

    overflow();
    assertThat(figures.overflows.sum()).isEqualTo(2);
    assertThat(scripts.reads).isEqualTo(3);
  }

  @Test
  void holdsSixtyFourMebibytesForItsThread() {
    thread.hold();

    receive(63); // and what keeping each costs
    assertThat(figures.overflows.sum()).isZero();

    receive(1);
    assertThat(figures.overflows.sum()).isEqualTo(1);
  }

  private void overflow() {
    thread.hold();
    receive(65);
    thread.goOn();
  }

  private void receive(int mebibytes) {
    byte[] message = new byte[1 << 20];
    for (int i = 0; i < mebibytes; i++) {
      lane.receive(channel("lobby"), message);
    }
  }

  /// Runs tasks at once, or later while it is held. Owned by the test's thread.
  private static final class HeldThread implements Executor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean isHeld;

    private void hold() {
      isHeld = true;
    }

    private void goOn() {
      isHeld = false;
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    @Override
    public void execute(Runnable task) {
      if (isHeld) {
        tasks.add(task);
      } else {
        task.run();
      }
    }
  }

  /// Commands of a Redis whose rooms are empty; counts the scripts that ran. Owned by the test's
  /// thread.
  private static final class EmptyRooms implements InvocationHandler {

    private int reads;

    private RedisServer.ForCommands connection() {
      return new RedisServer.ForCommands(
          proxy(StatefulRedisConnection.class), proxy(RedisClusterAsyncCommands.class));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as its caller names it
    private <T> T proxy(Class<?> type) {
      return (T)
          Proxy.newProxyInstance(LaneTest.class.getClassLoader(), new Class<?>[] {type}, this);
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) {
      if (!method.getName().equals("evalsha")) {
        throw new AssertionError(method);
      }
      reads++;
      List<byte[]> position = Stream.of("e1", "0", "0", "0").map(LaneTest::bytes).toList();
      return new PipelinedRedisFuture<>(CompletableFuture.completedFuture(position));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String channel(String room) {
    return RoomKeys.of("gimlet", room).channel();
  }

  /// Keeps what is wanted of it.
  private static final class HeldChannels implements Channels {

    private final Set<String> wanted = new HashSet<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final List<CompletableFuture<Void>> asked = new ArrayList<>();

    private void confirm() {
      while (!asked.isEmpty()) {
        asked.removeFirst().complete(null);
      }
    }

    @Override
    public CompletionStage<Void> subscribe(String... channels) {
      wanted.addAll(List.of(channels));
      sizes.add(channels.length);
      asked.add(new CompletableFuture<>());
      return asked.getLast();
    }

    @Override
    public CompletionStage<Void> unsubscribe(String channel) {
      wanted.remove(channel);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> ping() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void whenLost(Runnable action) {}

    @Override
    public void close() {}
  }

  private static final class NoServer implements RedisServer {

    @Override
    public CompletionStage<ForCommands> connect() {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Channels> connectChannels(Channels.Receiver receiver) {
      return new CompletableFuture<>();
    }

    @Override
    public void whenLost(StatefulConnection<String, byte[]> connection, Runnable action) {}

    @Override
    public boolean isSharded() {
      return false;
    }

    @Override
    public CompletableFuture<Void> shutdown() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private static final class NoWatcher implements Commands.Watcher {

    @Override
    public void commandsOpened() {}

    @Override
    public void commandsLost(String reason) {}
  }
}
