package dev.gimlet.entrance;

import dev.gimlet.websocket.WebSocketConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The WebSockets of a program, from their opening until they are closed.
///
/// Thread-safe: two concurrent maps. The map of a user's connections is touched within `compute` of
/// its entry only, which is removed with the last of them.
public final class ConnectionTable {
  private final ConcurrentMap<Long, WebSocketConnection> all = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Map<Long, WebSocketConnection>> users =
      new ConcurrentHashMap<>();

  /// The number of connections.
  public int size() {
    return all.size();
  }

  /// The connection of that number.
  public Optional<WebSocketConnection> find(long id) {
    return Optional.ofNullable(all.get(id));
  }

  /// All connections: a view, which may be walked while they come and go.
  public Collection<WebSocketConnection> view() {
    return all.values();
  }

  /// The connections that a user has now, the oldest first.
  public List<WebSocketConnection> ofUser(String user) {
    List<WebSocketConnection> found = new ArrayList<>();
    users.computeIfPresent(
        user,
        (_, connections) -> {
          found.addAll(connections.values());
          return connections;
        });
    return found;
  }

  /// The number of users with connections.
  int users() {
    return users.size();
  }

  /// A WebSocket has opened.
  public void add(WebSocketConnection connection) {
    all.put(connection.id(), connection);
    connection.user().ifPresent(user -> users.compute(user, (_, old) -> with(old, connection)));
  }

  private static Map<Long, WebSocketConnection> with(
      @Nullable Map<Long, WebSocketConnection> old, WebSocketConnection connection) {
    Map<Long, WebSocketConnection> connections = old == null ? new LinkedHashMap<>(4) : old;
    connections.put(connection.id(), connection);
    return connections;
  }

  /// It is closed.
  public void remove(WebSocketConnection connection) {
    all.remove(connection.id());
    connection
        .user()
        .ifPresent(user ->
            users.computeIfPresent(
                user,
                (_, connections) -> {
                  connections.remove(connection.id());
                  return connections.isEmpty() ? null : connections;
                }));
  }
}
