package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What rooms cost in memory and in publishing: a million of them, all members in one, and between.
///
/// Without sockets: this is what the rooms themselves take.
@Timeout(600)
@Slow
final class RoomScaleTest {
  private static final int LOOPS = 2;
  private static final int DELIVERIES = Floods.of(100_000, 2_000_000); // that are measured
  private static final long SEED = 20_261_126;

  /// How many rooms, and how many members each has; a member is in one room.
  enum Scale {
    ONE_MEMBER_EACH(Floods.of(50_000, 1_000_000), 1, 1024), // about 700 when this was written
    SOME_MEMBERS_EACH(1000, 10, 512),
    SOME_MEMBERS_IN_MANY(Floods.of(5_000, 100_000), 10, 512),
    MANY_MEMBERS_IN_SOME(Floods.of(20, 100), 1000, 512),
    ALL_IN_ONE(1, 10_000, 512);

    private final int rooms;
    private final int membersEach;
    private final int mostBytesPerMember;

    Scale(int rooms, int membersEach, int mostBytesPerMember) {
      this.rooms = rooms;
      this.membersEach = membersEach;
      this.mostBytesPerMember = mostBytesPerMember;
    }

    int members() {
      return rooms * membersEach;
    }
  }

  private final List<ExecutorService> loops = new ArrayList<>();
  private final Rooms rooms = new Rooms();
  private final LongAdder delivered = new LongAdder();

  /// Counts what it is sent.
  private final class Counting extends FakeConnection {
    private Counting(int id) {
      super(id, loops.get((id ^ id / 1000) % LOOPS)); // those of each room on both
    }

    @Override
    public SendResult send(Message message) {
      delivered.increment();
      return SendResult.ACCEPTED;
    }
  }

  RoomScaleTest() {
    for (int i = 0; i < LOOPS; i++) {
      loops.add(Executors.newSingleThreadExecutor());
    }
  }

  @AfterEach
  void stop() {
    loops.forEach(ExecutorService::shutdownNow);
  }

  @ParameterizedTest
  @EnumSource
  void costsLittlePerMemberAndNothingWithout(Scale scale, TestReporter reporter) {
    List<Counting> members = new ArrayList<>();
    for (int i = 0; i < scale.members(); i++) {
      members.add(new Counting(i));
    }
    rooms.room("warm").join(new FakeMember("up"));
    long before = usedBytes();

    members.forEach(member -> roomOf(scale, member).join(member));
    long with = usedBytes() - before;
    assertThat(rooms.counts().rooms()).isEqualTo(scale.rooms + 1);
    assertThat(rooms.counts().members()).isEqualTo(scale.members() + 1);
    publish(scale, DELIVERIES); // until it is compiled
    long nanos = publish(scale, DELIVERIES);
    members.forEach(member -> roomOf(scale, member).leave(member));
    long without = usedBytes() - before;

    int publications = DELIVERIES / scale.membersEach;
    reporter.publishEntry(
        "%d rooms with %d members each: %d bytes per room, %d per member, %d per member once all have left; processor time per publication %d ns, per delivery %d ns"
            .formatted(
                scale.rooms,
                scale.membersEach,
                with / scale.rooms,
                with / scale.members(),
                without / scale.members(),
                nanos / publications,
                nanos / DELIVERIES));
    assertThat(with / scale.members()).isLessThan(scale.mostBytesPerMember);
    assertThat(without / scale.members()).isLessThan(256); // what is kept with the connection
    assertThat(rooms.counts().members()).isEqualTo(1);
    assertThat(rooms.counts().rooms()).isEqualTo(1);
    assertThat(members).hasSize(scale.members());
  }

  private Room roomOf(Scale scale, FakeConnection member) {
    return rooms.room("room:" + member.id() % scale.rooms);
  }

  /// Publishes to rooms by lot, and waits until all is delivered; the processor time of all
  /// threads.
  private long publish(Scale scale, int deliveries) {
    List<Room> chosen = new ArrayList<>();
    Random random = new Random(SEED);
    for (int i = 0; i < deliveries / scale.membersEach; i++) {
      chosen.add(rooms.room("room:" + random.nextInt(scale.rooms)));
    }
    Text message = Text.of("a message of thirty-two letters.");
    long expected = delivered.sum() + deliveries;
    long start = processorNanos();
    chosen.forEach(room -> room.publish(message));
    while (delivered.sum() < expected) {
      LockSupport.parkNanos(100_000);
    }
    return processorNanos() - start;
  }

  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  @SuppressWarnings("SystemGc")
  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
