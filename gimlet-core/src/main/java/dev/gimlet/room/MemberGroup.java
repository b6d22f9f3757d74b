package dev.gimlet.room;

import dev.gimlet.room.Arrival.Since;
import dev.gimlet.room.Arrival.WithHistory;
import dev.gimlet.room.GroupEvent.HistoryCame;
import dev.gimlet.room.GroupEvent.Joined;
import dev.gimlet.room.GroupEvent.Left;
import dev.gimlet.room.GroupEvent.RecoveryCame;
import dev.gimlet.room.GroupEvent.ToAll;
import dev.gimlet.room.GroupEvent.ToOne;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Recovery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The members of one room on one event loop, and what waits for them.
///
/// Thread-safe, under two locks. The room's guards the queue. `delivery` makes one thread at a time
/// deliver: as a rule a task on the event loop, or a publisher who helps. It may take the room's
/// lock while it holds `delivery`, never the other way round. A burst is what waits in a row for
/// all members; it is walked with the members outside, so that what one member gets leaves in one
/// write.
final class MemberGroup implements Runnable {

  /// After so many deliveries the event loop does something else.
  static final int SLICE_DELIVERIES = 8192;

  /// And after so many bytes for each member, so that they are flushed before more comes: sent
  /// faster than the event loop can write, they would fill an outbox whose peer does read.
  static final long SLICE_BYTES = 64 << 10;

  /// When more waits, publishers deliver.
  static final long HELP_BYTES = 1 << 20;

  // How long a member that publishes into another room while it is delivered to waits to help
  // there.
  private static final long NESTED_PATIENCE_MILLIS = 10;

  // Members that are looked at together before the first of them is delivered to.
  private static final int LOOK_AHEAD = 8;

  private static final @Nullable Membership[] NOBODY = {};
  private static final AtomicIntegerFieldUpdater<MemberGroup> CALLED =
      AtomicIntegerFieldUpdater.newUpdater(MemberGroup.class, "called");

  // Who delivers does not wait long for another delivery: that one may wait for his.
  private static final ThreadLocal<Boolean> DELIVERING = ThreadLocal.withInitial(() -> false);

  private static final class Node {

    final GroupEvent event;
    @Nullable Node next;

    Node(GroupEvent event) {
      this.event = event;
    }
  }

  private final LiveRoom room;
  private final Executor eventLoop;
  private final RoomServices services;
  private volatile int called; // 1 while a task waits on the event loop

  // Guarded by room.
  private int size;
  private @Nullable Node head;
  private @Nullable Node tail;
  private volatile long waitingBytes; // read without it
  private boolean underWay; // a burst has begun

  private final ReentrantLock delivery = new ReentrantLock();

  // Guarded by delivery.
  private @Nullable Membership[] members = NOBODY; // null beyond count
  private int count;
  private @Nullable Node burst; // the first of burstSize nodes, all ToAll
  private int burstSize;
  private long burstBytes;
  private int next; // the member whose turn it is
  private List<Runnable> afterwards = List.of(); // what tells programs, once nothing is held

  MemberGroup(LiveRoom room, Executor eventLoop, RoomServices services) {
    this.room = room;
    this.eventLoop = eventLoop;
    this.services = services;
  }

  String room() {
    return room.name();
  }

  boolean isOf(Executor executor) {
    return eventLoop.equals(executor);
  }

  /// Counts one member more or less; under the room's lock. What is left.
  int count(int change) {
    size += change;
    return size;
  }

  /// Adds to the queue; under the room's lock. [#call] has to follow without it.
  void add(GroupEvent event) {
    Node node = new Node(event);
    if (tail == null) {
      head = node;
    } else {
      tail.next = node;
    }
    tail = node;
    weigh(bytes(event));
  }

  private void weigh(long change) {
    long sum = waitingBytes + change; // nobody else writes: the room's lock is held
    waitingBytes = sum;
  }

  private static int bytes(GroupEvent event) {
    return event instanceof ToAll toAll ? toAll.bytes() : GroupEvent.OVERHEAD_BYTES;
  }

  /// What waits, in bytes of messages and 128 for each.
  long waitingBytes() {
    return waitingBytes;
  }

  /// Lets the event loop deliver; called by any thread that holds no lock.
  void call() {
    if (CALLED.compareAndSet(this, 0, 1)) {
      try {
        eventLoop.execute(this);
      } catch (RejectedExecutionException gone) {
        called = 0; // with its members; who helps or drains still empties the queue
      } catch (Throwable failure) { // the program's executor: it is called again for what is next
        called = 0;
        services.events().handlerFailed("event loop " + eventLoop, failure);
      }
    }
  }

  /// On the event loop: delivers a slice, unless somebody else is at it, who then calls again.
  @Override
  public void run() {
    called = 0;
    if (!delivery.isHeldByCurrentThread() && delivery.tryLock()) {
      try {
        deliverAndUnlock();
      } finally {
        callIfMoreWaits();
      }
    }
  }

  /// Delivers until little waits; called by publishers, who so slow down to the pace of delivery.
  /// Not inside its own delivery: who publishes there adds at most what one slice makes him
  /// publish.
  void help() {
    if (waitingBytes > HELP_BYTES && !delivery.isHeldByCurrentThread()) {
      deliverWhileMoreThan(HELP_BYTES);
    }
  }

  /// Delivers all that waits; called when the rooms are drained.
  void drain() {
    deliverWhileMoreThan(0);
  }

  private void deliverWhileMoreThan(long bytes) {
    try {
      while (waitingBytes > bytes && beginDelivery()) {
        deliverAndUnlock();
      }
    } finally {
      callIfMoreWaits();
    }
  }

  /// Takes `delivery`; false when it was not to be had while this thread delivers elsewhere.
  private boolean beginDelivery() {
    if (!DELIVERING.get()) {
      delivery.lock();
      return true;
    }
    try {
      return delivery.tryLock(NESTED_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void callIfMoreWaits() {
    boolean more;
    synchronized (room) {
      more = underWay || head != null;
    }
    if (more) {
      call();
    }
  }

  private void deliverAndUnlock() {
    boolean nested = DELIVERING.get(); // by a member that publishes, or in an executor of tests
    DELIVERING.set(true);
    try {
      deliverSlice();
    } finally {
      List<Runnable> tell = afterwards;
      afterwards = List.of();
      if (!nested) {
        DELIVERING.remove();
      }
      delivery.unlock();
      tell.forEach(Runnable::run);
    }
  }

  private void deliverSlice() {
    int deliveries = 0;
    long bytes = 0;
    while (deliveries < SLICE_DELIVERIES && bytes < SLICE_BYTES && (burstSize > 0 || take())) {
      if (burstSize == 0) {
        deliveries++; // it was for one member
      } else {
        deliveries += walk(SLICE_DELIVERIES - deliveries);
        if (next == count) {
          bytes += burstBytes;
          endBurst();
        }
      }
    }
  }

  /// Takes what is next: a burst, or something for one member, which is done at once.
  private boolean take() {
    GroupEvent event;
    synchronized (room) {
      Node first = head;
      if (first == null) {
        return false;
      }
      event = first.event;
      if (event instanceof ToAll) {
        takeBurst(first);
      } else {
        removeUpTo(first);
        weigh(-GroupEvent.OVERHEAD_BYTES);
      }
    }
    if (event instanceof ToOne one) {
      apply(one);
    }
    return true;
  }

  private void takeBurst(Node first) {
    burst = first;
    Node last = first;
    Node node = first;
    while (node != null && node.event instanceof ToAll toAll && burstBytes < SLICE_BYTES) {
      burstSize++;
      burstBytes += toAll.bytes();
      last = node;
      node = node.next;
    }
    removeUpTo(last);
    underWay = true;
  }

  private void removeUpTo(Node last) {
    head = last.next;
    if (head == null) {
      tail = null;
    }
  }

  /// Gives the burst to members until that many deliveries were made; how many were.
  private int walk(int atMost) {
    int made = 0;
    long delivered = 0;
    while (next < count && made < atMost) {
      int end = Math.min(next + LOOK_AHEAD, count);
      int reachable = reachable(end);
      while (next < end && made < atMost) {
        Membership member = members[next];
        if (member != null && (reachable & 1) == 1) {
          delivered += deliverBurst(member);
        }
        reachable >>= 1;
        next++;
        made += burstSize;
      }
    }
    services.counters().delivered(delivered);
    return Math.max(made, 1);
  }

  /// Which of the next members can be reached, a bit for each. They lie far apart in memory: all
  /// are fetched in the time of one when nothing else is done between.
  private int reachable(int end) {
    int reachable = 0;
    for (int place = next; place < end; place++) {
      Membership member = members[place];
      if (member != null && member.isReachable()) {
        reachable |= 1 << (place - next);
      }
    }
    return reachable;
  }

  private int deliverBurst(Membership member) {
    int delivered = 0;
    Node node = burst;
    for (int i = 0; i < burstSize && node != null; i++) {
      if (node.event instanceof ToAll event && member.take(event)) {
        delivered++;
      }
      node = node.next;
    }
    return delivered;
  }

  private void endBurst() {
    long done = burstBytes;
    burst = null;
    burstSize = 0;
    burstBytes = 0;
    next = 0;
    synchronized (room) {
      underWay = false;
      weigh(-done);
    }
  }

  private void apply(ToOne event) {
    try {
      switch (event) {
        case Joined joined -> enlist(joined.membership());
        case Left left -> strike(left.membership());
        case RecoveryCame came -> recover(came);
        case HistoryCame came -> begin(came);
      }
    } catch (Throwable failure) { // the boundary between members
      event.membership().fail(failure);
      tellLater(() -> event.membership().arrival().fail(failure));
    }
  }

  private void enlist(Membership membership) {
    if (count == members.length) {
      members = Arrays.copyOf(members, count == 0 ? 1 : count + (count >> 1) + 1);
    }
    membership.place(count);
    members[count] = membership;
    count++;
  }

  private void strike(Membership membership) {
    membership.end();
    if (membership.place() == Membership.NOWHERE) {
      return; // there was no memory to enlist it
    }
    count--;
    Membership last = members[count];
    members[count] = null;
    if (last != null && last != membership) {
      members[membership.place()] = last;
      last.place(membership.place());
    }
    if (count < members.length / 4) {
      members = Arrays.copyOf(members, count);
    }
  }

  private void recover(RecoveryCame came) {
    if (came.membership().arrival() instanceof Since since && staysFor(came)) {
      Recovery outcome = came.membership().recovered(since.position(), came.answer());
      tellLater(() -> since.result().complete(outcome));
    }
  }

  private void begin(HistoryCame came) {
    if (came.membership().arrival() instanceof WithHistory wish && staysFor(came)) {
      History given = came.membership().history(came.answer());
      tellLater(() -> wish.result().complete(given));
    }
  }

  private boolean staysFor(ToOne event) {
    Membership membership = event.membership();
    boolean stays = !membership.hasLeft(); // asked once: it may leave at any moment
    if (!stays) {
      tellLater(() ->
          membership.arrival().fail(new CancellationException("left before the history came")));
    }
    return stays;
  }

  private void tellLater(Runnable completion) {
    if (afterwards.isEmpty()) {
      afterwards = new ArrayList<>(2);
    }
    afterwards.add(completion);
  }
}
