package dev.gimlet.transport;

import dev.gimlet.websocket.SlowConsumerPolicy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The messages of one connection that may still be dropped: those before its [Outbox].
///
/// They wait here as messages, in order, and the event loop takes only as many as the outbox wants
/// to write next. Thread-safe: one lock, this object, under which nothing else is called but the
/// counters. What is here and in the outbox counts in one [ByteBudget], so that memory stays
/// bounded also while the event loop stands still. Without messages it holds nothing.
final class WaitingMessages {

  /// What became of a message.
  enum Put {
    /// It waits, and the event loop has to be told.
    FIRST,
    /// It waits, and the event loop knows that something does.
    FURTHER,
    /// It was dropped.
    DROPPED,
    /// It was dropped, and the connection has to be closed.
    FULL,
    /// Nothing more can be sent.
    ENDED
  }

  /// One of them, the same only as itself. Immutable.
  static final class Entry {

    private final Object message; // Message or PreparedMessage
    private final int frameBytes; // what the outbox has to count for it
    private final long cost; // what it costs here

    Entry(Object message, int frameBytes, long overheadBytes) {
      this.message = message;
      this.frameBytes = frameBytes;
      this.cost = overheadBytes + frameBytes;
    }

    Object message() {
      return message;
    }
  }

  private static final int MESSAGE_OVERHEAD_BYTES = 64;
  private static final int KEY_OVERHEAD_BYTES = 64;

  private final boolean conflates;
  private final ByteBudget budget;
  private final DroppedMessages dropped;
  private @Nullable LinkedHashMap<Object, Entry> entries; // by key, or by itself; null while none
  private long cost; // of all entries
  private boolean told; // the event loop will come until it has found nothing
  private boolean ended;

  WaitingMessages(SlowConsumerPolicy policy, ByteBudget budget, DroppedMessages dropped) {
    this.conflates = policy == SlowConsumerPolicy.LATEST_PER_KEY;
    this.budget = budget;
    this.dropped = dropped;
  }

  /// Puts a message behind the others, or in the place of one with its key.
  synchronized Put put(Object message, @Nullable String key, int frameBytes) {
    if (ended) {
      return Put.ENDED;
    }
    return conflates
        ? putLatest(message, key, frameBytes)
        : putNewest(new Entry(message, frameBytes, MESSAGE_OVERHEAD_BYTES));
  }

  /// Takes the oldest message, if its frame has at most so many bytes; its frame stays counted.
  synchronized @Nullable Entry poll(long mostBytes) {
    LinkedHashMap<Object, Entry> known = entries;
    if (known == null) {
      told = false;
      return null;
    }
    Entry oldest = known.firstEntry().getValue();
    if (oldest.frameBytes > mostBytes) {
      return null;
    }
    budget.release(oldest.cost - oldest.frameBytes);
    removeOldest(known);
    return oldest;
  }

  /// Takes nothing more in, and gives all that is here; their frames stay counted.
  synchronized Collection<Entry> finish() {
    ended = true;
    LinkedHashMap<Object, Entry> last = entries;
    if (last == null) {
      return List.of();
    }
    entries = null;
    cost = 0;
    last.values().forEach(entry -> budget.release(entry.cost - entry.frameBytes));
    return last.sequencedValues();
  }

  /// Takes nothing more in, and lets go of what is here.
  synchronized void end() {
    ended = true;
    entries = null;
    budget.release(cost);
    cost = 0;
  }

  private Put putNewest(Entry entry) {
    long limit = budget.limit();
    if (budget.used() - cost > limit && entry.cost > limit) {
      dropped.add(1);
      return Put.DROPPED;
    }
    int evicted = 0;
    while (entries != null && budget.used() + entry.cost > limit) {
      budget.release(removeOldest(entries).cost);
      evicted++;
    }
    if (evicted > 0) {
      dropped.add(evicted);
    }
    return add(entry, entry);
  }

  private Put putLatest(Object message, @Nullable String key, int frameBytes) {
    long overhead =
        MESSAGE_OVERHEAD_BYTES + (key == null ? 0 : KEY_OVERHEAD_BYTES + (long) key.length());
    Entry entry = new Entry(message, frameBytes, overhead);
    Entry older = key == null || entries == null ? null : entries.get(key);
    long others = budget.used() - (older == null ? 0 : older.cost);
    if (others > 0 && others + entry.cost > budget.limit()) {
      dropped.add(1);
      return Put.FULL;
    }
    if (older != null) {
      budget.release(older.cost);
      cost -= older.cost;
      dropped.add(1);
    }
    return add(key == null ? entry : key, entry);
  }

  private Put add(Object place, Entry entry) {
    LinkedHashMap<Object, Entry> known = entries;
    if (known == null) {
      known = new LinkedHashMap<>();
      entries = known;
    }
    known.put(place, entry);
    budget.force(entry.cost);
    cost += entry.cost;
    Put put = told ? Put.FURTHER : Put.FIRST;
    told = true;
    return put;
  }

  private Entry removeOldest(SequencedMap<Object, Entry> from) {
    Entry oldest = from.pollFirstEntry().getValue();
    cost -= oldest.cost;
    if (from.isEmpty()) {
      entries = null;
    }
    return oldest;
  }
}
