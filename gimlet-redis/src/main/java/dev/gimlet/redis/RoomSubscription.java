package dev.gimlet.redis;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One room that a lane has subscribed to, or wants to. Owned by its lane.
final class RoomSubscription implements RoomCursor.Effects {

  final String room;
  final RoomKeys keys;
  final Retention retention;
  final @Nullable RoomCursor cursor; // null in a room without history
  private final Lane lane;
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();
  boolean isSubscribed; // Redis has confirmed it, on the present connection
  boolean isQueued; // a read waits for its turn
  @Nullable Position readSince; // where that read begins; null before the first

  RoomSubscription(String room, RoomKeys keys, Retention retention, Lane lane) {
    this.room = room;
    this.keys = keys;
    this.retention = retention;
    this.lane = lane;
    this.cursor = retention.keeps() ? new RoomCursor(this) : null;
  }

  /// The new one, with those who waited for the old one.
  static RoomSubscription inPlaceOf(@Nullable RoomSubscription old, RoomSubscription fresh) {
    if (old != null) {
      fresh.waiting.addAll(old.abandon());
    }
    return fresh;
  }

  /// Looks for what is missing.
  void check() {
    if (cursor != null) {
      cursor.check();
    }
  }

  /// Looks for what may be missing since just now, after a read that is under way too.
  void checkAnew() {
    if (cursor != null) {
      cursor.checkAnew();
    }
  }

  /// Whether every later publication will arrive.
  boolean isReady() {
    return isSubscribed && (cursor == null || cursor.isCaughtUp());
  }

  void await(CompletableFuture<Void> future) {
    if (isReady()) {
      future.complete(null);
    } else {
      waiting.removeIf(CompletableFuture::isDone); // for whom it was too long
      waiting.add(future);
    }
  }

  /// Answers those who wait, when it is ready.
  void settle() {
    if (isReady() && !waiting.isEmpty()) {
      List<CompletableFuture<Void>> answered = waiting;
      waiting = new ArrayList<>();
      answered.forEach(future -> future.complete(null));
    }
  }

  /// Those who waited, for whom it was too long.
  List<CompletableFuture<Void>> abandon() {
    List<CompletableFuture<Void>> abandoned = waiting;
    waiting = new ArrayList<>();
    return abandoned;
  }

  @Override
  public void deliver(Publication publication) {
    lane.deliver(room, publication);
  }

  @Override
  public void lost(Position top, String reason) {
    lane.lost(room, top, reason);
  }

  @Override
  public void read(@Nullable Position since) {
    readSince = since;
    lane.queueRead(this);
  }

  @Override
  public void breakEpoch(String broken) {
    lane.breakEpoch(this, broken);
  }
}
