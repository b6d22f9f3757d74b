package dev.gimlet.room;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Joins what a member has missed with what is published meanwhile: nothing twice, nothing missing,
/// or told so.
///
/// ```
/// SUBSCRIBING: live publications wait ── recovered, history ──▶ LIVE: passed on in order of offset
///       └────────────────────────── close ──▶ CLOSED ◀── close ────────┘
/// ```
///
/// Pure: no threads and no clock. Owned by the delivery of its member's group.
final class MemberFeed {

  /// The most live publications that wait for the recovery.
  static final int MAX_WAITING = 1000;

  /// The most that is given at once, of what was missed and of what waits: half of what an outbox
  /// holds, or a member whose outbox is too small for it would be closed and come back for ever.
  static final long MAX_MISSED_BYTES = Recovery.MAX_MISSED_BYTES;

  /// Where the feed goes.
  interface Output {

    void deliver(Publication publication);

    void positionLost(Position top, String reason);
  }

  private enum State {
    SUBSCRIBING,
    LIVE,
    CLOSED
  }

  private final Output output;
  private State state = State.SUBSCRIBING;
  private List<Publication> waiting = new ArrayList<>(); // while subscribing
  private long waitingBytes;
  private @Nullable Position seen; // the newest live position while subscribing
  private String fault = ""; // why what waited was given up; empty if it was not
  private Position last = Position.NONE; // once live
  private Position left = Position.NONE; // given up to there, before stale ones of another epoch

  MemberFeed(Output output) {
    this.output = output;
  }

  /// Something was published.
  void publication(Publication publication) {
    switch (state) {
      case SUBSCRIBING -> keep(publication);
      case LIVE -> pass(publication);
      case CLOSED -> {}
    }
  }

  /// The broker lost the position of the room.
  void positionLost(Position top, String reason) {
    switch (state) {
      case SUBSCRIBING -> {
        seen = top;
        giveUp(reason);
      }
      case LIVE -> {
        if (!isUpTo(last, top)) { // else the recovery had it already
          last = isUpTo(left, top) ? left : top;
          output.positionLost(last, reason);
        }
      }
      case CLOSED -> {}
    }
  }

  /// The broker's answer to the member's position; what really became of it.
  Recovery recovered(Position since, Recovery answer) {
    Recovery outcome = judge(since, answer);
    if (state == State.SUBSCRIBING) {
      switch (outcome) {
        case Recovered complete -> complete.missed().forEach(output::deliver);
        case NotRecovered lost -> output.positionLost(lost.top(), lost.reason());
      }
      goLive(outcome.top());
    }
    return outcome;
  }

  private Recovery judge(Position since, Recovery answer) {
    String reason =
        switch (answer) {
          case NotRecovered lost -> lost.reason();
          case Recovered complete -> fault.isEmpty() ? flaw(since, complete) : fault;
        };
    return reason.isEmpty() ? answer : new NotRecovered(newest(answer.top()), reason);
  }

  /// Why the missed publications cannot be given; empty when they can.
  private String flaw(Position since, Recovered answer) {
    long offset = since.offset();
    long bytes = waitingAfter(answer.top());
    for (Publication missed : answer.missed()) {
      offset++;
      bytes += missed.message().size();
      if (!isAt(missed, since.epoch(), offset)) {
        return "the history has a gap before offset " + offset;
      }
    }
    if (bytes > MAX_MISSED_BYTES && !answer.missed().isEmpty()) {
      return bytes + " bytes were missed, at most " + MAX_MISSED_BYTES + " are recovered";
    }
    boolean reachesTop =
        answer.top().epoch().equals(since.epoch()) && answer.top().offset() == offset;
    return reachesTop ? "" : "the history ends at offset " + offset + " before " + answer.top();
  }

  private static boolean isAt(Publication publication, String epoch, long offset) {
    return publication
        .position()
        .filter(position -> position.offset() == offset && position.epoch().equals(epoch))
        .isPresent();
  }

  /// The newest of the history on arrival; what was really given of it.
  History history(History answer) {
    long most = MAX_MISSED_BYTES - waitingAfter(answer.top());
    History given = new History(newestOf(answer.publications(), most), answer.top());
    if (state == State.SUBSCRIBING) {
      given.publications().forEach(output::deliver);
      if (!fault.isEmpty()) {
        output.positionLost(newest(answer.top()), fault);
      }
      left = answer.top();
      goLive(fault.isEmpty() ? answer.top() : newest(answer.top()));
    }
    return given;
  }

  private static List<Publication> newestOf(List<Publication> publications, long most) {
    int from = publications.size();
    long bytes = 0;
    while (from > 0 && bytes + publications.get(from - 1).message().size() <= most) {
      from--;
      bytes += publications.get(from).message().size();
    }
    return publications.subList(from, publications.size());
  }

  /// Bytes of what waits and comes after an answer that goes up to `top`.
  private long waitingAfter(Position top) {
    long bytes = 0;
    for (Publication publication : waiting) {
      if (!isUpTo(top, publication)) {
        bytes += publication.message().size();
      }
    }
    return bytes;
  }

  private static boolean isUpTo(Position top, Publication publication) {
    return publication.position().filter(at -> isUpTo(top, at)).isPresent();
  }

  private static boolean isUpTo(Position top, Position at) {
    return at.epoch().equals(top.epoch()) && at.offset() <= top.offset();
  }

  /// The member has left: nothing reaches it any more.
  void close() {
    state = State.CLOSED;
    waiting = List.of();
  }

  private void keep(Publication publication) {
    publication.position().ifPresent(position -> seen = position);
    if (!fault.isEmpty()) {
      return;
    }
    waitingBytes += publication.message().size();
    boolean isFirst = waiting.isEmpty(); // and fits an outbox alone, whatever its size
    if (waiting.size() == MAX_WAITING || (waitingBytes > MAX_MISSED_BYTES && !isFirst)) {
      giveUp("too much was published before the history arrived");
    } else {
      waiting.add(publication);
    }
  }

  private void giveUp(String reason) {
    fault = reason;
    waiting = List.of();
  }

  /// Where to go on from after something was lost.
  private Position newest(Position top) {
    Position live = fault.isEmpty() ? null : seen; // else what was seen still waits
    if (live == null || isUpTo(top, live)) {
      return top;
    }
    return live;
  }

  private void goLive(Position from) {
    last = from;
    state = State.LIVE;
    List<Publication> kept = waiting;
    waiting = List.of();
    kept.stream().filter(it -> !isStale(it, from)).forEach(this::publication);
  }

  /// Whether it is of an older epoch: the broker tells a loss before the first of a newer one.
  private static boolean isStale(Publication publication, Position from) {
    return publication.position().filter(at -> !at.epoch().equals(from.epoch())).isPresent();
  }

  private void pass(Publication publication) {
    Position position = publication.position().orElse(null);
    if (position == null) {
      output.deliver(publication);
      return;
    }
    if (isUpTo(last, position)) {
      return; // the recovery had it already
    }
    boolean sameEpoch = position.epoch().equals(last.epoch());
    if (!sameEpoch) {
      left = last;
    }
    if (!sameEpoch || position.offset() != last.offset() + 1) {
      Position before = Position.of(position.epoch(), position.offset() - 1);
      output.positionLost(before, "publications are missing after " + last);
    }
    last = position;
    output.deliver(publication);
  }
}
