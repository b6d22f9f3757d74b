package dev.gimlet.room;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.websocket.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;

/// Writes down what it is told. Thread-safe through synchronized lists.
class FakeMember implements Member {

  final List<Publication> publications = Collections.synchronizedList(new ArrayList<>());
  final List<PresenceNotice> notices = Collections.synchronizedList(new ArrayList<>());
  final List<Position> lost = Collections.synchronizedList(new ArrayList<>());
  private final String id;
  private final Executor eventLoop;

  FakeMember(String id) {
    this(id, Runnable::run);
  }

  FakeMember(String id, Executor eventLoop) {
    this.id = id;
    this.eventLoop = eventLoop;
  }

  @Override
  public Present present() {
    return new Present(id, "user of " + id);
  }

  @Override
  public Executor eventLoop() {
    return eventLoop;
  }

  @Override
  public void deliver(Publication publication) {
    publications.add(publication);
  }

  @Override
  public void onNotice(PresenceNotice notice) {
    notices.add(notice);
  }

  @Override
  public void onPositionLost(Position top, String reason) {
    lost.add(top);
  }

  List<String> texts() {
    return texts(publications);
  }

  static List<String> texts(List<Publication> publications) {
    return List.copyOf(publications).stream()
        .map(publication -> ((Text) publication.message()).value())
        .toList();
  }

  @Override
  public String toString() {
    return id;
  }
}
