package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.Present;
import io.lettuce.core.ScriptOutputType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;

/// Who is in the rooms, kept in Redis: a hash for each node and room, which expires with its node.
///
/// A node remembers what it has entered and writes all of it again in each third of the time for
/// which entries live, every 20 seconds as a rule, and at once when it connects to Redis again. So
/// what Redis has lost, or has too much, is put right.
///
/// Thread-safe: a concurrent map of rooms, each with its own lock. What concerns a room is sent to
/// Redis under that lock, without waiting: so Redis has it in the same order.
public final class RedisPresenceStore implements PresenceStore {

  /// Entries are refreshed this many times before they would expire.
  private static final int REFRESHES_IN_TTL = 3;

  private static final int ROOMS_AT_ONCE = 100;
  private static final int MEMBERS_AT_ONCE = 1_000;

  private final Commands commands;
  private final RedisOptions options;
  private final ScheduledExecutorService clock;
  private final ConcurrentMap<String, Entered> rooms = new ConcurrentHashMap<>();

  RedisPresenceStore(Commands commands, RedisOptions options, ScheduledExecutorService clock) {
    this.commands = commands;
    this.options = options;
    this.clock = clock;
  }

  void start() {
    long millis = Math.max(1, options.presenceTtl().toMillis() / REFRESHES_IN_TTL);
    clock.scheduleWithFixedDelay(this::refreshAll, millis, millis, MILLISECONDS);
  }

  @Override
  public CompletableFuture<Void> enter(String room, Present member) {
    return withRoom(room, entered -> entered.enter(member));
  }

  @Override
  public CompletableFuture<Void> leave(String room, Present member) {
    return withRoom(room, entered -> entered.leave(member));
  }

  private CompletableFuture<Void> withRoom(
      String room, java.util.function.Function<Entered, CompletableFuture<Void>> change) {
    var result = new ArrayList<CompletableFuture<Void>>(1);
    rooms.compute(
        room,
        (name, known) -> {
          Entered entered = known == null ? new Entered(name) : known;
          result.add(change.apply(entered));
          return entered.isForgettable() ? null : entered;
        });
    return result.getFirst();
  }

  @Override
  public CompletableFuture<Presence> presence(String room, int limit) {
    CompletableFuture<List<Object>> answer =
        commands.run(
            Script.PRESENCE,
            ScriptOutputType.MULTI,
            new String[] {RoomKeys.of(options.keyPrefix(), room).presence()},
            Integer.toString(Math.max(0, limit)).getBytes(ISO_8859_1));
    return answer.thenApply(RedisPresenceStore::presence);
  }

  private static Presence presence(List<Object> parts) {
    var members = new ArrayList<Present>();
    for (int i = 1; i + 1 < parts.size(); i += 2) {
      members.add(new Present(text(parts.get(i)), text(parts.get(i + 1))));
    }
    return new Presence(members, Math.toIntExact((Long) parts.getFirst()));
  }

  private static String text(Object part) {
    return new String((byte[]) part, UTF_8);
  }

  /// Writes every room again; done now and then, and when commands can be sent again.
  void refreshAll() {
    if (commands.isOpen()) {
      refresh(rooms.keySet().iterator());
    }
  }

  /// Some rooms at once, then the next: they must not fill the queue of commands.
  private void refresh(Iterator<String> names) {
    var batch = new ArrayList<CompletableFuture<?>>();
    while (names.hasNext() && batch.size() < ROOMS_AT_ONCE) {
      rooms.computeIfPresent(
          names.next(),
          (_, entered) -> {
            if (entered.isOver()) {
              return null;
            }
            batch.add(entered.refresh());
            return entered;
          });
    }
    if (!batch.isEmpty()) {
      CompletableFuture.allOf(batch.toArray(CompletableFuture[]::new))
          .whenComplete((_, _) -> clock.execute(() -> refresh(names)));
    }
  }

  /// Rooms that are remembered, for tests.
  int rooms() {
    return rooms.size();
  }

  @Override
  public void close() {
    for (String room : rooms.keySet()) {
      rooms.computeIfPresent(
          room,
          (_, entered) -> {
            entered.remove();
            return null;
          });
    }
  }

  /// What this node has entered in one room. Guarded by the entry of the map that holds it.
  private final class Entered {

    private final String room;
    private final RoomKeys keys;
    private final String hash;
    private final Map<String, String> users = new LinkedHashMap<>();
    private volatile boolean isDoubtful; // something may not have been written
    private boolean mayBeThere; // there was a Redis to write it

    Entered(String room) {
      this.room = room;
      this.keys = RoomKeys.of(options.keyPrefix(), room);
      this.hash = keys.presence(options.node());
    }

    CompletableFuture<Void> enter(Present member) {
      mayBeThere |= commands.isOpen();
      users.put(member.id(), member.user());
      return sent(write(Script.ENTER_PRESENCE, Map.of(member.id(), member.user())));
    }

    CompletableFuture<Void> leave(Present member) {
      return users.remove(member.id()) == null
          ? CompletableFuture.completedFuture(null)
          : sent(
              commands.run(
                  Script.LEAVE_PRESENCE,
                  ScriptOutputType.INTEGER,
                  new String[] {hash},
                  member.id().getBytes(UTF_8)));
    }

    /// One command, whatever there is to write: publishers share the bound of commands.
    private CompletableFuture<Long> write(Script script, Map<String, String> members) {
      var arguments = new ArrayList<byte[]>(2 + 2 * members.size());
      arguments.add(options.node().getBytes(UTF_8));
      arguments.add(Long.toString(options.presenceTtl().toMillis()).getBytes(ISO_8859_1));
      members.forEach((id, user) -> {
        arguments.add(id.getBytes(UTF_8));
        arguments.add(user.getBytes(UTF_8));
      });
      return commands.run(
          script,
          ScriptOutputType.INTEGER,
          new String[] {keys.presence(), hash},
          arguments.toArray(byte[][]::new));
    }

    private CompletableFuture<Void> sent(CompletableFuture<?> change) {
      return change.<Void>handle((_, failure) -> {
        if (failure != null) {
          isDoubtful = true;
          throw Failures.exception(failure);
        }
        return null;
      });
    }

    /// Writes all members again. When Redis has more than these, somebody is there who has left.
    CompletableFuture<?> refresh() {
      int expected = users.size();
      isDoubtful = false;
      // elsewhere: the answer may be there while the lock is still held
      return sent(writeAll().thenAcceptAsync(count -> compare(count, expected), clock));
    }

    /// What the last part answers: the number of members in Redis.
    private CompletableFuture<Long> writeAll() {
      var part = new HashMap<String, String>();
      var all = new ArrayList<CompletableFuture<Long>>();
      for (Map.Entry<String, String> each : users.entrySet()) {
        if (part.size() == MEMBERS_AT_ONCE) {
          all.add(write(Script.REFRESH_PRESENCE, part));
          part.clear();
        }
        part.put(each.getKey(), each.getValue());
      }
      CompletableFuture<Long> last = write(Script.REFRESH_PRESENCE, part);
      return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
          .thenCombine(last, (_, count) -> count);
    }

    private void compare(long there, long expected) {
      if (there != expected) {
        rooms.computeIfPresent(
            room,
            (_, entered) -> {
              entered.replace();
              return entered;
            });
      }
    }

    private void replace() {
      CompletableFuture<?> removed = commands.send(redis -> redis.del(hash));
      CompletableFuture<?> _ = sent(removed.thenCombine(writeAll(), (_, count) -> count));
    }

    void remove() {
      if (!users.isEmpty() || isDoubtful) {
        commands.send(redis -> redis.del(hash));
      }
    }

    boolean isOver() {
      return users.isEmpty() && !isDoubtful;
    }

    /// Everybody came and left while Redis was away.
    boolean isForgettable() {
      return users.isEmpty() && !mayBeThere;
    }
  }
}
