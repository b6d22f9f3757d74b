package dev.gimlet.room;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.spi.Retention;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The history of one room, and the idempotency keys of what was published.
///
/// Owned by its shelf: every method is called under the shelf's lock.
final class RoomLog {

  static final int MAX_KEYS = 10_000;
  static final Duration KEY_AGE = Duration.ofMinutes(5);
  static final Duration IDLE = Duration.ofHours(1);

  // What an item costs in memory besides its payload, about.
  private static final long ROOM_BYTES = 512;
  private static final long PUBLICATION_BYTES = 256;
  private static final long KEY_BYTES = 192;

  private record Key(Published published, Instant time) {}

  /// A publication of the history, of which copies are given out: they live, with all forms in
  /// which their message is sent, as long as somebody has them.
  private static final class Kept {

    private static final WeakReference<Publication> NONE = new WeakReference<>(null);

    private final Publication original;
    private WeakReference<Publication> copy = NONE;

    private Kept(Position position, Message message, Map<String, String> tags, Instant time) {
      original = Publication.at(position, bare(message), tags, time);
    }

    private static Message bare(Message message) {
      return message instanceof Text text ? Text.ofUtf8(text.utf8()) : message;
    }

    private Instant time() {
      return original.time();
    }

    private Publication copy() {
      Publication known = copy.get();
      return known == null ? newCopy(bare(original.message())) : known;
    }

    private Publication newCopy(Message message) {
      Publication fresh =
          Publication.at(
              original.position().orElseThrow(), message, original.tags(), original.time());
      copy = new WeakReference<>(fresh);
      return fresh;
    }

    private long bytes() {
      long bytes = PUBLICATION_BYTES + original.message().size();
      for (Map.Entry<String, String> tag : original.tags().entrySet()) {
        bytes += 2L * (tag.getKey().length() + tag.getValue().length()) + KEY_BYTES;
      }
      return bytes;
    }
  }

  private final Retention retention;
  private final long maxBytes;
  private final String epoch = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  private final Deque<Kept> kept = new ArrayDeque<>(2);
  private final Map<String, Key> keys = new LinkedHashMap<>(2);
  private long offset; // of the newest publication
  private long publicationBytes;
  private long keyBytes;

  RoomLog(Retention retention, long maxBytes) {
    this.retention = retention;
    this.maxBytes = maxBytes;
  }

  Retention retention() {
    return retention;
  }

  boolean keeps() {
    return retention.keeps();
  }

  /// What it holds in memory, about.
  long bytes() {
    return ROOM_BYTES + publicationBytes + keyBytes;
  }

  /// When it may be forgotten if it is not used again.
  Instant forgetAt(Instant now) {
    Duration age = retention.age().compareTo(KEY_AGE) > 0 ? retention.age() : KEY_AGE;
    return now.plus(age).plus(IDLE);
  }

  /// Whether it keeps no publications; there may be keys.
  boolean isEmpty() {
    return kept.isEmpty();
  }

  boolean hasKeys() {
    return !keys.isEmpty();
  }

  void forgetKeys() {
    keys.clear();
    keyBytes = 0;
  }

  Position top() {
    return Position.of(epoch, offset);
  }

  /// Takes a publication into the history.
  Publication append(Message message, Map<String, String> tags, Instant now) {
    offset++;
    Kept newest = new Kept(top(), message, tags, now);
    kept.add(newest);
    publicationBytes += newest.bytes();
    prune(now);
    return newest.newCopy(message);
  }

  /// What was published with this key.
  Optional<Published> published(String key) {
    return Optional.ofNullable(keys.get(key)).map(Key::published);
  }

  void remember(String key, Published published, Instant now) {
    keys.put(key, new Key(published, now));
    keyBytes += keyBytes(key);
    prune(now);
  }

  private static long keyBytes(String key) {
    return KEY_BYTES + 2L * key.length();
  }

  /// Drops what is too much or too old.
  void prune(Instant now) {
    while (!kept.isEmpty()
        && (isTooMuch() || isOld(kept.getFirst().time(), retention.age(), now))) {
      publicationBytes -= kept.removeFirst().bytes();
    }
    Iterator<Map.Entry<String, Key>> oldest = keys.entrySet().iterator();
    while (oldest.hasNext() && isTooOld(oldest.next(), now)) {
      oldest.remove();
    }
  }

  private boolean isTooMuch() {
    return kept.size() > retention.size() || publicationBytes > maxBytes;
  }

  private boolean isTooOld(Map.Entry<String, Key> key, Instant now) {
    boolean drops =
        keys.size() > MAX_KEYS || keyBytes > maxBytes || isOld(key.getValue().time(), KEY_AGE, now);
    if (drops) {
      keyBytes -= keyBytes(key.getKey());
    }
    return drops;
  }

  private static boolean isOld(Instant time, Duration age, Instant now) {
    return !time.plus(age).isAfter(now);
  }

  History history(int limit) {
    return new History(newest(Math.min(limit, kept.size())), top());
  }

  Recovery recover(Position since) {
    if (!since.epoch().equals(epoch)) {
      return new NotRecovered(top(), "the history was lost since: its epoch is another");
    }
    long missed = offset - since.offset();
    if (missed < 0) {
      return new NotRecovered(top(), "the position is ahead of the room");
    }
    if (missed > kept.size()) {
      return new NotRecovered(
          top(), missed + " publications were missed, the newest " + kept.size() + " are kept");
    }
    long bytes = bytesOfNewest((int) missed);
    if (bytes > Recovery.MAX_MISSED_BYTES) {
      return new NotRecovered(
          top(),
          bytes + " bytes were missed, at most " + Recovery.MAX_MISSED_BYTES + " are recovered");
    }
    return new Recovered(newest((int) missed), top());
  }

  private long bytesOfNewest(int count) {
    Iterator<Kept> backwards = kept.descendingIterator();
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += backwards.next().original.message().size();
    }
    return bytes;
  }

  private List<Publication> newest(int count) {
    List<Publication> newest = new ArrayList<>(count);
    Iterator<Kept> backwards = kept.descendingIterator();
    while (newest.size() < count) {
      newest.add(backwards.next().copy());
    }
    return newest.reversed();
  }
}
