package dev.gimlet.spi;

import dev.gimlet.websocket.Message;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Carries publications between the nodes that serve a room, and keeps their history.
///
/// Implementations are thread-safe and never block a caller: event loops call them. What cannot be
/// done completes its future with a [BrokerException] within 5 seconds, and is then certain not to
/// happen later unless the exception says so. The same [Retention] is given for a room at each
/// call.
public interface Broker extends AutoCloseable {

  /// Begins to serve; called once, before anything else. It may return before the broker is
  /// reached.
  void start(BrokerListener listener);

  /// Publishes; complete when the broker has it, in its history too when the room keeps one.
  ///
  /// The publication comes back through [BrokerListener#onPublication] on every node that is
  /// subscribed to the room, this one included.
  CompletableFuture<Published> publish(
      String room, Message message, PublishOptions options, Retention retention);

  /// Wants the room's publications on this node; complete when every later one will arrive.
  ///
  /// A broker that loses its connection subscribes again by itself, and catches up.
  CompletableFuture<Void> subscribe(String room, Retention retention);

  /// Does not want them any more.
  CompletableFuture<Void> unsubscribe(String room);

  /// The newest publications, at most `limit`, and fewer when they are large; none, and
  /// [Position#NONE], in a room without history.
  CompletableFuture<History> history(String room, int limit, Retention retention);

  /// What was published after the position; [Recovery.NotRecovered] in a room without history.
  ///
  /// Strangers name positions: a broker that has to fetch what was missed ends at
  /// [Recovery#MAX_MISSED_BYTES], as more than that is not recovered.
  CompletableFuture<Recovery> recover(String room, Position since, Retention retention);

  /// Tells the nodes that are subscribed who came and went; lost when the broker is away.
  CompletableFuture<Void> announce(String room, PresenceNotice notice);

  /// Complete when what was published before has come back to this node, or cannot come any more.
  ///
  /// Asked when the server goes down, with nothing more to publish, and waited for a quarter of the
  /// time that closing may take. Complete at once as a rule: that of a broker whose publications
  /// have come back when [#publish] is complete.
  default CompletableFuture<Void> drained() {
    return CompletableFuture.completedFuture(null);
  }

  /// Who is in the rooms, for a broker that can say so for all nodes; empty as a rule.
  ///
  /// A program that was given no presence store of its own uses it.
  default Optional<PresenceStore> presenceStore() {
    return Optional.empty();
  }

  /// Whether publications can be carried now; for `/health` and for deciding early.
  boolean isReady();

  /// Ends; what is under way fails. Closing again does nothing.
  @Override
  void close();
}
