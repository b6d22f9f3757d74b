package dev.gimlet.server.rooms;

import dev.gimlet.http.EventStream;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.room.Member;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who listens to a room through a stream of events. Thread-safe: immutable, the stream
/// is.
final class EventStreamMember implements Member {

  /// The type of the event that says that something may be missing.
  static final String NOT_RECOVERED = "not-recovered";

  private final EventStream stream;
  private final Present present;

  EventStreamMember(EventStream stream) {
    this.stream = stream;
    this.present = new Present("events-" + UUID.randomUUID(), stream.user().orElse(""));
  }

  @Override
  public Present present() {
    return present;
  }

  @Override
  public Executor eventLoop() {
    return stream.eventLoop();
  }

  @Override
  public void deliver(Publication publication) {
    if (stream.isOpen()) { // else the rest of a recovery would be encoded for nobody
      stream.send(publication.encoded(ServerSentEvent.class, EventStreamMember::event));
    }
  }

  private static ServerSentEvent event(Publication publication) {
    ServerSentEvent event = ServerSentEvent.of(publication.message());
    return publication.position().map(Position::toString).map(event::id).orElse(event);
  }

  @Override
  public void onPositionLost(Position top, String reason) {
    Map<String, String> told = Map.of("position", top.toString(), "reason", reason);
    stream.send(
        ServerSentEvent.of(JsonMapper.shared().writeValueAsString(told))
            .type(NOT_RECOVERED)
            .id(top.toString()));
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}
