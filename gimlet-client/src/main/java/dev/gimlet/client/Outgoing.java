package dev.gimlet.client;

import dev.gimlet.websocket.Message;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The messages of a link that wait for a connection, and those that the server may not have yet.
///
/// Each message that was sent has a number. A ping that carries the newest one asks for all up to
/// it: whoever answers has read what came before the ping. All queues are bounded in bytes; what is
/// sent beyond the bound is no longer remembered, oldest first. Guarded by the lock of its link.
final class Outgoing {

  /// What a message costs besides its payload.
  static final int OVERHEAD_BYTES = 64;

  private record Sent(long number, Message message) {}

  private final OfflinePolicy policy;
  private final int limitBytes;
  private final long confirmNanos; // 0: nothing is remembered
  private final ArrayDeque<Message> waiting = new ArrayDeque<>();
  private final ArrayDeque<Message> greetings = new ArrayDeque<>(); // to go before what waits
  private final ArrayDeque<Sent> unconfirmed = new ArrayDeque<>();
  private List<Message> dropped = new ArrayList<>(); // and not told yet
  private long waitingBytes; // of greetings, too
  private long droppedBytes;
  private long unconfirmedBytes;
  private long sent; // the number of the newest message
  private long asked; // the number that the newest ping carries
  private long askedAtNanos;

  Outgoing(ClientOptions options) {
    policy = options.offlinePolicy();
    limitBytes = options.offlineBytes();
    confirmNanos = options.confirmInterval().toNanos();
  }

  /// Takes a message that cannot leave now, as the policy says.
  SendOutcome offer(Message message) {
    return offer(message, waiting);
  }

  /// The same for one that goes before all that waits, once the greeting is over.
  SendOutcome offerGreeting(Message message) {
    return offer(message, greetings);
  }

  private SendOutcome offer(Message message, ArrayDeque<Message> queue) {
    return switch (policy) {
      case KEEP -> keep(message, queue);
      case DROP -> drop(message);
      case FAIL -> SendOutcome.REFUSED;
    };
  }

  private SendOutcome keep(Message message, ArrayDeque<Message> queue) {
    if (waitingBytes > 0 && waitingBytes + cost(message) > limitBytes) {
      return SendOutcome.REFUSED;
    }
    queue.add(message);
    waitingBytes += cost(message);
    return SendOutcome.QUEUED;
  }

  private SendOutcome drop(Message message) {
    if (droppedBytes > 0 && droppedBytes + cost(message) > limitBytes) {
      return SendOutcome.REFUSED;
    }
    dropped.add(message);
    droppedBytes += cost(message);
    return SendOutcome.DROPPED;
  }

  /// Whether something that was thrown away has not been taken yet.
  boolean isDropping() {
    return !dropped.isEmpty();
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /// Whether a part of the greeting could not leave; what follows of it must not overtake that.
  boolean isGreetingWaiting() {
    return !greetings.isEmpty();
  }

  /// What the greeting left behind now waits before everything else.
  void endGreeting() {
    while (!greetings.isEmpty()) {
      waiting.addFirst(greetings.removeLast());
    }
  }

  /// The message that waits longest.
  @Nullable Message first() {
    return waiting.peek();
  }

  /// The first message has left the queue.
  void removeFirst() {
    waitingBytes -= cost(waiting.remove());
  }

  /// The message is on its way.
  void sent(Message message) {
    if (confirmNanos == 0) {
      return;
    }
    unconfirmed.add(new Sent(++sent, message));
    unconfirmedBytes += cost(message);
    while (unconfirmedBytes > limitBytes && unconfirmed.size() > 1) {
      forgetOldest();
    }
  }

  boolean isUnconfirmed() {
    return !unconfirmed.isEmpty();
  }

  /// Whether the server has not been asked yet for the newest message.
  boolean isToBeAsked() {
    return !unconfirmed.isEmpty() && asked < sent;
  }

  /// How long to wait before the server may be asked again; zero or less: now.
  long nanosToNextQuestion(long nowNanos) {
    return asked == 0 ? 0 : askedAtNanos + confirmNanos - nowNanos;
  }

  /// The payload of the ping that asks for all that was sent so far.
  byte[] question(long nowNanos) {
    asked = sent;
    askedAtNanos = nowNanos;
    return ByteBuffer.allocate(Long.BYTES).putLong(asked).array();
  }

  /// A pong came: if it answers a question, the server has what was asked for.
  void answered(ByteBuffer pong) {
    if (pong.remaining() != Long.BYTES) {
      return;
    }
    long number = pong.getLong(pong.position());
    while (number <= asked && !unconfirmed.isEmpty() && unconfirmed.peek().number() <= number) {
      forgetOldest();
    }
  }

  /// What the server may not have, oldest first; forgets it.
  List<Message> takeUnconfirmed() {
    List<Message> taken = unconfirmed.stream().map(Sent::message).toList();
    unconfirmed.clear();
    unconfirmedBytes = 0;
    return taken;
  }

  /// What never left, oldest first; forgets it.
  List<Message> takeWaiting() {
    List<Message> taken = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    return taken;
  }

  /// What was thrown away since this was asked last.
  List<Message> takeDropped() {
    List<Message> taken = dropped;
    dropped = new ArrayList<>();
    droppedBytes = 0;
    return taken;
  }

  private void forgetOldest() {
    unconfirmedBytes -= cost(unconfirmed.remove().message());
  }

  private static long cost(Message message) {
    return (long) message.size() + OVERHEAD_BYTES;
  }
}
