package dev.gimlet.redis;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects, page by page, what followed a position that a stranger names, and gives up when it is
/// more than is recovered.
///
/// Pure. Owned by whoever reads the pages, one after the other.
final class Replay {

  private final Position since;
  private final Duration age;
  private final List<Publication> missed = new ArrayList<>();
  private long missedBytes;
  private Position last;

  Replay(Position since, Duration age) {
    this.since = since;
    this.age = age;
    this.last = since;
  }

  /// Where the next page begins: after this position.
  Position next() {
    return last;
  }

  /// Takes the page after [#next]; gives the outcome, or nothing when another page is needed.
  Optional<Recovery> add(Page page) {
    Position top = page.top();
    if (!top.epoch().equals(since.epoch())) {
      return notRecovered(top, "the history was lost since that position");
    }
    if (top.offset() < last.offset() || isOther(top, last)) {
      return notRecovered(top, "the history does not hold that position");
    }
    for (Stored entry : page.entries()) {
      if (!entry.isNextOf(last) || isTooOld(entry, page)) {
        return notRecovered(top, "the history does not reach back to that position");
      }
      if (!entry.continues(last)) {
        return notRecovered(top, "the history does not hold that position");
      }
      missedBytes += entry.publication().message().size();
      if (missedBytes > Recovery.MAX_MISSED_BYTES) {
        return notRecovered(
            top,
            "more than " + Recovery.MAX_MISSED_BYTES + " bytes were missed: no more are recovered");
      }
      missed.add(entry.publication());
      last = entry.position();
    }
    return outcome(page);
  }

  private Optional<Recovery> outcome(Page page) {
    Position top = page.top();
    if (last.offset() == top.offset()) {
      return Optional.of(new Recovered(missed, top));
    }
    return page.entries().isEmpty() || !page.isReadable()
        ? notRecovered(top, "the history does not reach back to that position")
        : Optional.empty();
  }

  private static boolean isOther(Position top, Position last) {
    return top.offset() == last.offset() && last.tag() != 0 && top.tag() != last.tag();
  }

  private boolean isTooOld(Stored entry, Page page) {
    return entry.publication().time().toEpochMilli() + age.toMillis() <= page.millis();
  }

  private static Optional<Recovery> notRecovered(Position top, String reason) {
    return Optional.of(new NotRecovered(top, reason));
  }
}
