package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Retention;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What rooms keep in Redis: written and read by scripts, each a single step. Thread-safe: no
/// state.
final class RoomStore {

  /// How many publications are read at once, and how many bytes of them, but for the last.
  static final int PAGE = 500;

  static final int PAGE_BYTES = 8 << 20;

  private static final int HEAD = 4; // parts of an answer before the envelopes

  /// The position of a room outlives its last publication by this much.
  private static final Duration STATE_OUTLIVES = Duration.ofDays(1);

  private static final Duration KEYS_KEPT = Duration.ofMinutes(5);

  private final Commands commands;
  private final String keyPrefix;

  RoomStore(Commands commands, String keyPrefix) {
    this.commands = commands;
    this.keyPrefix = keyPrefix;
  }

  RoomKeys keys(String room) {
    return RoomKeys.of(keyPrefix, room);
  }

  /// Publishes a body in a room.
  CompletableFuture<Published> publish(
      String room, byte[] body, PublishOptions options, Retention retention) {
    RoomKeys keys = keys(room);
    Optional<String> once = options.idempotencyKey().map(keys::once);
    if (retention.keeps()) {
      return store(keys, body, once, retention);
    }
    byte[] envelope = Envelope.withoutPosition(body, Instant.now());
    return once.isPresent()
        ? publishOnce(keys, envelope, once.get())
        : commands
            .publish(keys.channel(), envelope)
            .thenApply(_ -> new Published(Optional.empty(), false));
  }

  private CompletableFuture<Published> store(
      RoomKeys keys, byte[] body, Optional<String> once, Retention retention) {
    List<String> names = new ArrayList<>(List.of(keys.state(), keys.stream()));
    once.ifPresent(names::add);
    CompletableFuture<List<Object>> answer =
        commands.runPatiently(
            Script.PUBLISH,
            ScriptOutputType.MULTI,
            names.toArray(String[]::new),
            bytes(RoomPosition.newEpoch()),
            bytes(RoomPosition.newTag()),
            bytes(retention.size()),
            bytes(Math.max(1, retention.age().toMillis())),
            stateTtl(retention),
            commands.publishCommand(),
            keys.channel().getBytes(UTF_8),
            body,
            bytes(KEYS_KEPT.toMillis()));
    return answer.thenApply(parts -> {
      Position position = RoomPosition.parse(RoomPosition.text(parts.get(0)));
      return new Published(Optional.of(position), parts.get(1).equals(1L));
    });
  }

  private CompletableFuture<Published> publishOnce(RoomKeys keys, byte[] envelope, String once) {
    CompletableFuture<Long> repeated =
        commands.runPatiently(
            Script.PUBLISH_ONCE,
            ScriptOutputType.INTEGER,
            new String[] {keys.channel(), once},
            commands.publishCommand(),
            envelope,
            bytes(KEYS_KEPT.toMillis()));
    return repeated.thenApply(answer -> new Published(Optional.empty(), answer == 1));
  }

  /// Reads what follows the position, or only the room's position.
  CompletableFuture<Page> read(String room, @Nullable Position since, Retention retention) {
    return read(room, since, retention, PAGE_BYTES);
  }

  private CompletableFuture<Page> read(
      String room, @Nullable Position since, Retention retention, long pageBytes) {
    RoomKeys keys = keys(room);
    CompletableFuture<List<Object>> answer =
        commands.runPatiently(
            Script.READ,
            ScriptOutputType.MULTI,
            new String[] {keys.state(), keys.stream()},
            bytes(RoomPosition.newEpoch()),
            stateTtl(retention),
            bytes(since == null ? "" : since.epoch()),
            bytes(since == null ? "" : (since.offset() + 1) + "-0"),
            bytes(PAGE),
            bytes(pageBytes));
    return answer.thenApply(RoomStore::page);
  }

  /// Everything after a position that a stranger names, unless it is too much.
  CompletableFuture<Recovery> recover(String room, Position since, Retention retention) {
    return recover(room, new Replay(since, retention.age()), retention);
  }

  private CompletableFuture<Recovery> recover(String room, Replay replay, Retention retention) {
    return read(room, replay.next(), retention, Recovery.MAX_MISSED_BYTES)
        .thenCompose(page ->
            replay
                .add(page)
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> recover(room, replay, retention)));
  }

  /// The newest publications that are not too old, as many as a page has bytes for.
  CompletableFuture<History> newest(String room, int limit, Retention retention) {
    RoomKeys keys = keys(room);
    CompletableFuture<List<Object>> answer =
        commands.runPatiently(
            Script.NEWEST,
            ScriptOutputType.MULTI,
            new String[] {keys.state(), keys.stream()},
            bytes(RoomPosition.newEpoch()),
            stateTtl(retention),
            bytes(Math.clamp(limit, 0, Retention.MAX_SIZE)),
            bytes(PAGE_BYTES));
    return answer.thenApply(parts -> {
      long oldest = millis(parts) - retention.age().toMillis();
      List<Publication> publications =
          envelopes(parts).reversed().stream()
              .mapMulti(RoomStore::addReadable)
              .filter(it -> it.time().toEpochMilli() > oldest)
              .toList();
      int first = Math.max(0, publications.size() - Math.max(0, limit));
      return new History(publications.subList(first, publications.size()), top(parts));
    });
  }

  /// What another version has written stays out: who arrives knows nothing of it.
  private static void addReadable(byte[] envelope, Consumer<Publication> publications) {
    if (Envelope.read(envelope) instanceof Envelope.History(Stored stored)) {
      publications.accept(stored.publication());
    }
  }

  /// Begins a new epoch, unless another than the broken one has begun.
  CompletableFuture<Position> breakEpoch(String room, String broken, Retention retention) {
    RoomKeys keys = keys(room);
    CompletableFuture<List<Object>> answer =
        commands.runPatiently(
            Script.BREAK_EPOCH,
            ScriptOutputType.MULTI,
            new String[] {keys.state(), keys.stream()},
            bytes(broken),
            bytes(RoomPosition.newEpoch()),
            stateTtl(retention));
    return answer.thenApply(it -> RoomPosition.of(it.get(0), it.get(1), it.get(2)));
  }

  private static Page page(List<Object> parts) {
    var entries = new ArrayList<Stored>(parts.size() - HEAD);
    for (byte[] envelope : envelopes(parts)) {
      if (!(Envelope.read(envelope) instanceof Envelope.History(Stored stored))) {
        return new Page(top(parts), millis(parts), entries, false);
      }
      entries.add(stored);
    }
    return new Page(top(parts), millis(parts), entries, true);
  }

  private static Position top(List<Object> parts) {
    return RoomPosition.of(parts.get(0), parts.get(1), parts.get(2));
  }

  private static long millis(List<Object> parts) {
    return Long.parseLong(RoomPosition.text(parts.get(3)));
  }

  private static List<byte[]> envelopes(List<Object> parts) {
    return parts.subList(HEAD, parts.size()).stream().map(byte[].class::cast).toList();
  }

  private static byte[] stateTtl(Retention retention) {
    return bytes(retention.age().plus(STATE_OUTLIVES).toMillis());
  }

  private static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
