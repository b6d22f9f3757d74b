package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.websocket.CloseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many threads at once, on event loops that are threads.
@Timeout(120)
final class RoomConcurrencyTest {

  private static final int LOOPS = 8;
  private static final int PUBLISHERS = 64;

  private final List<ExecutorService> loops = new ArrayList<>();
  private final Rooms rooms = new Rooms();
  private final Room room = rooms.room("room");

  RoomConcurrencyTest() {
    for (int i = 0; i < LOOPS; i++) {
      loops.add(Executors.newSingleThreadExecutor());
    }
  }

  @AfterEach
  void stop() {
    loops.forEach(ExecutorService::shutdownNow);
  }

  @Test
  void allMembersSeeOneOrderOfManyPublishers() {
    List<FakeMember> members = members(24);
    members.forEach(room::join);
    int each = 50;

    publishFromManyThreads(each);

    drain();
    List<String> order = members.getFirst().texts();
    assertThat(order).hasSize(PUBLISHERS * each).doesNotHaveDuplicates();
    assertThat(members).allSatisfy(member -> assertThat(member.texts()).isEqualTo(order));
    RoomCounts counts = rooms.counts();
    assertThat(counts.publications()).isEqualTo((long) PUBLISHERS * each);
    assertThat(counts.deliveries()).isEqualTo(24L * PUBLISHERS * each);
    assertThat(counts.waitingBytes()).isZero();
  }

  @Test
  void whatComesFirstFollowsWhatWasRecovered() {
    rooms.options("room", RoomOptions.builder().history(5000, Duration.ofMinutes(5)).build());
    Position start = room.history(0).join().top();
    List<FakeMember> members = members(200);
    List<CompletableFuture<?>> joins = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) { // not more than may wait for a recovery that takes its time
        threads.execute(() -> publish(MemberFeed.MAX_WAITING / 20));
      }
      for (FakeMember member : members) {
        CompletableFuture<Recovered> joined = new CompletableFuture<>();
        joins.add(joined);
        threads.execute(() -> {
          var _ = room.join(member, start).thenAccept(it -> joined.complete((Recovered) it));
        });
      }
    }
    joins.forEach(join -> join.orTimeout(30, TimeUnit.SECONDS).join());

    drain();

    List<Long> all = LongStream.rangeClosed(1, MemberFeed.MAX_WAITING).boxed().toList();
    assertThat(members).allSatisfy(member -> assertThat(offsets(member)).isEqualTo(all));
  }

  @Test
  void nothingIsLeftAfterAllHaveComeAndGone() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        FakeConnection connection = new FakeConnection(i, loops.get(i % LOOPS));
        Room other = rooms.room("other" + i % 5);
        threads.execute(() -> {
          for (int round = 0; round < 20; round++) {
            room.join(connection);
            other.join(connection);
            room.publish("x");
            other.leave(connection);
          }
          connection.close(CloseStatus.NORMAL_CLOSURE);
        });
      }
    }

    drain();

    RoomCounts counts = rooms.counts();
    assertThat(counts.rooms()).isZero();
    assertThat(counts.members()).isZero();
    assertThat(counts.waitingBytes()).isZero();
    assertThat(rooms.live().webSockets()).isZero();
    assertThat(room.size()).isZero();
  }

  @Test
  void refusesOrDeliversWhatIsPublishedDuringTheShutdown() {
    FakeMember member = members(1).getFirst();
    room.join(member);
    List<CompletableFuture<Boolean>> accepted = new ArrayList<>();
    CompletableFuture<Void> drained = new CompletableFuture<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2000; i++) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        accepted.add(result);
        if (i == 1000) {
          threads.execute(() -> {
            rooms.refusePublications();
            rooms.drained().thenAccept(drained::complete);
          });
        }
        threads.execute(
            () -> room.publish("x").whenComplete((_, failure) -> result.complete(failure == null)));
      }
    }

    drained.orTimeout(30, TimeUnit.SECONDS).join();

    long count = accepted.stream().filter(CompletableFuture::join).count();
    assertThat(member.publications).hasSize((int) count);
  }

  private void publishFromManyThreads(int each) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
        String name = publisher + "-";
        threads.execute(() -> {
          for (int i = 0; i < each; i++) {
            room.publish(name + i);
          }
        });
      }
    }
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      room.publish("x");
    }
  }

  private void drain() {
    rooms.drained().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private List<FakeMember> members(int count) {
    List<FakeMember> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(new FakeMember("m" + i, loops.get(i % LOOPS)));
    }
    return members;
  }

  private static List<Long> offsets(FakeMember member) {
    List<Long> offsets = new ArrayList<>();
    for (Publication publication : List.copyOf(member.publications)) {
      offsets.add(publication.position().orElseThrow().offset());
    }
    return offsets;
  }
}
