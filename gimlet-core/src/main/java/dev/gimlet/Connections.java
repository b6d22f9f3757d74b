package dev.gimlet;

import dev.gimlet.entrance.ConnectionTable;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketConnection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The WebSockets of a program that are open or closing; event streams are not among them.
///
/// Thread-safe: one concurrent table. A connection is in it before its program hears of it, and out
/// of it before `onClose` and [WebSocketConnection#whenClosed] are called: those count the others.
public final class Connections implements Iterable<WebSocketConnection> {
  private final ConnectionTable table;

  Connections(ConnectionTable table) {
    this.table = table;
  }

  /// How many there are.
  public int count() {
    return table.size();
  }

  /// The connection with that [WebSocketConnection#id()]; empty once it is closed.
  public Optional<WebSocketConnection> find(long id) {
    return table.find(id);
  }

  /// All connections, in no order. Those that come or go meanwhile may be left out or not.
  public Stream<WebSocketConnection> stream() {
    return table.view().stream();
  }

  /// Iterates as [#stream()] does.
  @Override
  public Iterator<WebSocketConnection> iterator() {
    return Collections.unmodifiableCollection(table.view()).iterator();
  }

  /// The connections of a user, the oldest first: a copy.
  public List<WebSocketConnection> ofUser(String user) {
    return table.ofUser(user);
  }

  /// Starts the closing handshake of all connections that a user has now.
  ///
  /// Returns how many of them were open. Does not wait; a connection that opens later is not
  /// closed. Event streams of the user go on: a program that wants to end them keeps them, see
  /// [dev.gimlet.http.EventStream#user()].
  ///
  /// @throws IllegalArgumentException when the code may not be sent, see [CloseStatus#of]
  public int closeUser(String user, CloseStatus status) {
    CloseStatus sendable = CloseStatus.of(status.code(), status.reason());
    List<WebSocketConnection> open =
        table.ofUser(user).stream().filter(WebSocketConnection::isOpen).toList();
    open.forEach(connection -> connection.close(sendable));
    return open.size();
  }
}
