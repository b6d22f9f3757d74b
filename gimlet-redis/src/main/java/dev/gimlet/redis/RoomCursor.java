package dev.gimlet.redis;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far a node has come in a room with history: finds what is missing, repeated or lost.
///
/// Live publications are passed on while each continues the one before, by offset and by tag. At
/// the first that does not, live ones wait and the stream is read, from where passing on ended:
/// what is missing comes from there, or is declared lost. A read without cause, now and then, finds
/// that the last one is missing, or that Redis was set back.
///
/// Pure: no thread, clock or socket. Owned by its lane.
final class RoomCursor {

  /// The most publications, and bytes of them, that wait for a read; what exceeds them is read too.
  static final int MAX_WAITING = 1_000;

  static final int MAX_WAITING_BYTES = 4 << 20;

  /// What is to be done about it.
  interface Effects {

    /// The next publication of the room.
    void deliver(Publication publication);

    /// Some were lost; it goes on from here.
    void lost(Position top, String reason);

    /// Read what follows the position, or only the room's position when there is none yet; answer
    /// with [#onPage] or [#onFailure].
    void read(@Nullable Position since);

    /// Redis was set back: begin a new epoch there; answer with [#onNewEpoch] or [#onFailure].
    void breakEpoch(String broken);
  }

  private final Effects effects;
  private final Deque<Stored> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private @Nullable Position last; // null until the first page
  private @Nullable Position asked; // where the read that is under way began
  private int waitingWhenAsked; // of those that wait, the first so many came before the read
  private boolean isAsking; // a read or a new epoch is under way
  private boolean isBehind = true; // something is missing: live publications wait
  private boolean mustAskAgain; // something was dropped since the read was asked for
  private boolean hasFailed; // the last read, or new epoch

  RoomCursor(Effects effects) {
    this.effects = effects;
  }

  /// Whether everything that is known of has been passed on.
  boolean isCaughtUp() {
    return !isBehind;
  }

  /// Whether something is missing, or may be as it could not be read.
  boolean needsCheck() {
    return isBehind || hasFailed;
  }

  /// Reads, unless a read is under way: at the start, now and then, and after a failure.
  void check() {
    if (!isAsking) {
      ask();
    }
  }

  /// Reads once more when a read is under way: something may have been dropped since it was asked
  /// for.
  void checkAnew() {
    mustAskAgain = isAsking;
    check();
  }

  /// Takes a live publication.
  void onLive(Stored stored) {
    Position place = last;
    if (isBehind || place == null) {
      keep(stored);
    } else {
      follow(stored, place);
    }
  }

  private void follow(Stored stored, Position place) {
    Position position = stored.position();
    if (!position.epoch().equals(place.epoch())) {
      missed(); // of an older epoch, or the first of a new one: a read tells
    } else if (position.offset() <= place.offset()) {
      if (!isRepeated(position, place)) {
        checkAnew();
      }
    } else if (stored.isNextOf(place) && stored.continues(place)) {
      pass(stored);
    } else {
      keep(stored);
      missed();
    }
  }

  private static boolean isRepeated(Position position, Position place) {
    return position.offset() == place.offset() && position.tag() == place.tag();
  }

  private void pass(Stored stored) {
    last = stored.position();
    effects.deliver(stored.publication());
  }

  private void missed() {
    isBehind = true;
    checkAnew();
  }

  private void keep(Stored stored) {
    int size = stored.publication().message().size();
    if (waiting.size() < MAX_WAITING && waitingBytes + size <= MAX_WAITING_BYTES) {
      waiting.add(stored);
      waitingBytes += size;
    } else {
      mustAskAgain = true;
    }
  }

  private void ask() {
    isAsking = true;
    hasFailed = false;
    mustAskAgain = false;
    asked = last;
    waitingWhenAsked = waiting.size();
    effects.read(last);
  }

  /// The read, or the new epoch, could not be had; [#check] tries again.
  void onFailure() {
    isAsking = false;
    hasFailed = true;
  }

  /// Takes the answer to a read.
  void onPage(Page page) {
    isAsking = false;
    Position since = asked;
    Position place = last;
    if (since == null || place == null) {
      last = page.top();
      mustAskAgain |= contradictsWaiting(page);
      goOn();
    } else if (!page.top().epoch().equals(place.epoch())) {
      lose(page.top(), "the history was lost: Redis has begun a new one");
    } else if (isSetBack(page, since, place)) {
      breakEpoch();
    } else {
      read(page, place);
    }
  }

  private boolean isSetBack(Page page, Position since, Position place) {
    return isBefore(page.top(), since)
        || isOther(page.top(), place)
        || contradictsWaiting(page)
        || page.entries().stream()
            .anyMatch(it -> isOther(it.position(), place) || breaksChain(it, since, place));
  }

  /// Whether Redis has something else now in the place of one that came live, or nothing.
  private boolean contradictsWaiting(Page page) {
    Map<Long, Position> found = new HashMap<>();
    page.entries().forEach(it -> found.put(it.position().offset(), it.position()));
    int index = 0;
    for (Stored stored : waiting) {
      Position live = stored.position();
      boolean isOfThisEpoch = live.epoch().equals(page.top().epoch());
      boolean isGone = index < waitingWhenAsked && live.offset() > page.top().offset();
      index++;
      if (isOfThisEpoch && (isGone || isOther(live, found.getOrDefault(live.offset(), live)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBefore(Position top, Position since) {
    return top.offset() < since.offset() || isOther(top, since);
  }

  private static boolean isOther(Position one, Position other) {
    return one.offset() == other.offset() && one.tag() != other.tag();
  }

  private static boolean breaksChain(Stored entry, Position since, Position place) {
    return (entry.isNextOf(since) && !entry.continues(since))
        || (entry.isNextOf(place) && !entry.continues(place));
  }

  private void breakEpoch() {
    isBehind = true;
    isAsking = true;
    Position place = last;
    effects.breakEpoch(place == null ? "" : place.epoch());
  }

  /// Takes the position after a new epoch has begun, here or elsewhere.
  void onNewEpoch(Position top) {
    isAsking = false;
    lose(top, "Redis was set back to an older state");
  }

  private void read(Page page, Position place) {
    Position before = place;
    for (Stored entry : page.entries()) {
      if (entry.position().offset() > before.offset()) {
        if (!entry.isNextOf(before) || !entry.continues(before)) {
          lose(page.top(), "the history keeps less than what was missed");
          return;
        }
        pass(entry);
        before = entry.position();
      }
    }
    if (before.offset() >= page.top().offset()) {
      goOn();
    } else if (!page.isReadable()) {
      lose(page.top(), "a publication is not of this version of Gimlet");
    } else if (page.entries().isEmpty()) {
      lose(page.top(), "the history keeps less than what was missed");
    } else {
      isBehind = true; // the page was full
      ask();
    }
  }

  private void lose(Position top, String reason) {
    last = top;
    effects.lost(top, reason);
    goOn();
  }

  /// Everything up to `last` is known: passes on what waits after it.
  private void goOn() {
    isBehind = false;
    List<Stored> waited = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    waited.forEach(this::goOn);
    if (mustAskAgain && !isAsking) {
      isBehind = true;
      ask();
    }
  }

  private void goOn(Stored waited) {
    Position place = last;
    if (isBehind || place == null) {
      keep(waited);
    } else if (!isKnown(waited.position(), place)) {
      follow(waited, place);
    }
  }

  /// Whether the read has brought it.
  private static boolean isKnown(Position position, Position place) {
    return position.epoch().equals(place.epoch()) && position.offset() <= place.offset();
  }
}
