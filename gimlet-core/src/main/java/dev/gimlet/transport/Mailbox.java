package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Messages on their way from the event loop to the thread of a loop.
///
/// Thread-safe: messages cross in a [Handoff]; `batch` belongs to the receiving thread. The
/// receiver is woken once for all the messages of one read.
final class Mailbox {

  private static final long LIMIT_BYTES = 64 << 10;
  private static final int MESSAGE_OVERHEAD_BYTES = 64;

  private final Handoff<Message> arrived = new Handoff<>();
  private final ByteBudget budget = new ByteBudget(LIMIT_BYTES);
  private final ArrayDeque<Message> batch = new ArrayDeque<>();
  private volatile @Nullable Thread waiting;
  private volatile boolean ended; // nothing more will arrive
  private volatile boolean abandoned; // nobody will take anything more
  private final AtomicReference<@Nullable Runnable> idleTask = new AtomicReference<>();

  /// Puts a message in; [#wake] has to follow.
  void put(Message message) {
    if (!abandoned) {
      budget.force(cost(message));
      arrived.give(message);
    }
  }

  boolean hasRoom() {
    return abandoned || budget.used() < LIMIT_BYTES;
  }

  /// Whether there is something to take.
  boolean isFilled() {
    return budget.used() > 0;
  }

  /// Whether the receiver waits.
  boolean isAwaited() {
    return waiting != null;
  }

  /// Lets the receiver look again at what it waits for.
  void wake() {
    Thread receiver = waiting;
    if (receiver != null) {
      LockSupport.unpark(receiver);
    }
  }

  /// After what is still here, [#take] answers null.
  void end() {
    ended = true;
    wake();
  }

  /// Throws away what is here and what comes.
  void abandon() {
    abandoned = true;
    runIdleTask();
  }

  /// Whether the receiver has dealt with everything and waits for more.
  boolean isIdle() {
    return abandoned || (budget.used() == 0 && waiting != null); // in this order: see take
  }

  /// Runs the task once, when the receiver has dealt with everything that is here.
  void whenIdle(Runnable task) {
    idleTask.set(task);
    if (abandoned) {
      runIdleTask();
    } else {
      wake();
    }
  }

  private void runIdleTask() {
    Runnable task = idleTask.getAndSet(null);
    if (task != null) {
      task.run();
    }
  }

  /// Waits for a message and for the permission to take it.
  ///
  /// Null when there will be none, or when the thread was interrupted.
  @Nullable Message take(BooleanSupplier permission) {
    while (!isReady(permission)) {
      if ((ended && isEmpty()) || Thread.currentThread().isInterrupted()) {
        return null;
      }
      waiting = Thread.currentThread();
      if (isEmpty()) {
        runIdleTask();
      }
      if (!isReady(permission) && !(ended && isEmpty())) {
        LockSupport.park(this);
      }
      waiting = null;
    }
    Message message = batch.remove();
    budget.release(cost(message));
    return message;
  }

  private boolean isReady(BooleanSupplier permission) {
    if (batch.isEmpty()) {
      arrived.takeAll(batch::add);
    }
    return !batch.isEmpty() && (ended || permission.getAsBoolean());
  }

  private boolean isEmpty() {
    return batch.isEmpty() && arrived.isEmpty();
  }

  private static int cost(Message message) {
    return message.size() + MESSAGE_OVERHEAD_BYTES;
  }
}
