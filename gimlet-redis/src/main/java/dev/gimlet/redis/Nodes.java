package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;

/// The nodes that share rooms, in one sorted set. Thread-safe: no state.
final class Nodes {

  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final Commands commands;
  private final String key;
  private final String node;

  Nodes(Commands commands, RedisOptions options) {
    this.commands = commands;
    this.key = options.keyPrefix() + ":nodes";
    this.node = options.node();
  }

  void start(ScheduledExecutorService clock) {
    clock.scheduleWithFixedDelay(
        this::signLife, SIGN_OF_LIFE.toMillis(), SIGN_OF_LIFE.toMillis(), MILLISECONDS);
  }

  private void signLife() {
    if (commands.isOpen()) {
      run(node, "");
    }
  }

  /// All nodes; asking is a sign of life too.
  CompletableFuture<List<RedisNode>> all() {
    return run(node, "");
  }

  /// Ends being one of them.
  CompletableFuture<List<RedisNode>> leave() {
    return run(node, "1");
  }

  private CompletableFuture<List<RedisNode>> run(String name, String leave) {
    CompletableFuture<List<Object>> answer =
        commands.run(
            Script.NODES,
            ScriptOutputType.MULTI,
            new String[] {key},
            name.getBytes(UTF_8),
            Long.toString(FORGOTTEN.toMillis()).getBytes(ISO_8859_1),
            leave.getBytes(ISO_8859_1));
    return answer.thenApply(parts ->
        IntStream.range(0, parts.size() / 2)
            .mapToObj(i -> node(parts.get(2 * i), parts.get(2 * i + 1)))
            .toList());
  }

  private static RedisNode node(Object name, Object millis) {
    long seen = (long) Double.parseDouble(RoomPosition.text(millis));
    return new RedisNode(new String((byte[]) name, UTF_8), Instant.ofEpochMilli(seen));
  }
}
