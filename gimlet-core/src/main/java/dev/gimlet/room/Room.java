package dev.gimlet.room;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A named topic: what is published goes to every member, in the same order for all.
///
/// Thread-safe: the members and the order of publications are guarded by this object's lock, which
/// is never held while a callback of a program runs. One slow member delays nobody: its outbox
/// fills and its connection is closed.
public final class Room {

  private final String name;
  private final Set<WebSocketConnection> members = new LinkedHashSet<>();

  Room(String name) {
    this.name = name;
  }

  /// The name of the room.
  public String name() {
    return name;
  }

  /// Makes the connection a member until it leaves or is closed; joining twice does nothing.
  public void join(WebSocketConnection connection) {
    boolean added;
    synchronized (members) {
      added = members.add(connection);
    }
    if (added) {
      connection.whenClosed(_ -> leave(connection));
    }
  }

  /// Ends the membership; does nothing when the connection is no member.
  public void leave(WebSocketConnection connection) {
    synchronized (members) {
      members.remove(connection);
    }
  }

  /// Sends the message to every member, the sender included when it is one.
  public void publish(Message message) {
    PreparedMessage prepared = PreparedMessage.of(message);
    synchronized (members) {
      for (WebSocketConnection member : members) {
        member.send(prepared);
      }
    }
  }

  /// Sends a text to every member.
  public void publish(String text) {
    publish(Text.of(text));
  }

  /// The members at this moment, in the order in which they joined.
  public List<WebSocketConnection> members() {
    synchronized (members) {
      return List.copyOf(members);
    }
  }

  /// The number of members at this moment.
  public int size() {
    synchronized (members) {
      return members.size();
    }
  }
}
