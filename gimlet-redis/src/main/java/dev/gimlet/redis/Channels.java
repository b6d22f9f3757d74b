package dev.gimlet.redis;

import java.util.concurrent.CompletionStage;

/// What channels are subscribed on: one connection, or one to each shard of a cluster.
///
/// Thread-safe. It is used until it is lost, and then replaced by another.
interface Channels {

  /// Who is told what happens on channels; called on Lettuce's event loops, in order.
  interface Receiver {

    /// Something was published.
    void receive(String channel, byte[] message);

    /// Redis has ended the subscription: the channel has moved to another shard.
    void dropped(String channel);
  }

  /// Subscribes; again is harmless.
  CompletionStage<Void> subscribe(String... channels);

  CompletionStage<Void> unsubscribe(String channel);

  /// Asks every server that it is connected to for a sign of life.
  CompletionStage<Void> ping();

  /// Runs when it can be used no more, also when that has happened already.
  void whenLost(Runnable action);

  void close();
}
