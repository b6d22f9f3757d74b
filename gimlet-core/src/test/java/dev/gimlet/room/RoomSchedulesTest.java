package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.spi.ServerEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The same through whole rooms: a member comes back, leaves and comes back again, while three
/// publications, the answers of the broker and the turns of the event loop take every order.
@Timeout(300)
final class RoomSchedulesTest {

  @Test
  void giveEachMembershipExactlyWhatBelongsToIt() {
    int schedules = Schedules.all(choices -> new World(choices).run());

    assertThat(schedules).isGreaterThanOrEqualTo(4_000);
  }

  @SuppressWarnings("NullAway") // null is a state of the model: nobody there
  private static final class World {

    private final Schedules choices;
    private final HeldBroker broker = new HeldBroker();
    private final ManualLoop loop = new ManualLoop();
    private final Rooms rooms =
        Rooms.create(broker, new InMemoryPresenceStore(), ServerEvents.NONE, new ManualDelay());
    private final Room room = rooms.room("room");
    private final Position since;
    private int published;
    private boolean answers;
    private int joins;
    private FakeMember member;
    private CompletableFuture<Recovery> recovery;

    World(Schedules choices) {
      this.choices = choices;
      rooms.options("room", RoomOptions.builder().history(2, Duration.ofMinutes(1)).build());
      since = publish();
      broker.hold();
    }

    void run() {
      List<Runnable> enabled = enabled();
      while (!enabled.isEmpty()) {
        enabled.get(choices.choose(enabled.size())).run();
        enabled = enabled();
      }
      broker.letGo();
      loop.runAll();
      if (member != null) {
        checkMember();
        room.leave(member);
      }
      loop.runAll();
      assertThat(rooms.counts().rooms()).isZero();
      assertThat(rooms.counts().members()).isZero();
      assertThat(rooms.counts().waitingBytes()).isZero();
    }

    private List<Runnable> enabled() {
      List<Runnable> enabled = new ArrayList<>();
      if (published < 5) {
        enabled.add(this::publish);
      }
      if (member == null && joins < 2) {
        enabled.add(this::join);
      }
      if (member != null && joins < 2) {
        enabled.add(this::leave);
      }
      if (member != null && !answers) {
        enabled.add(this::answer);
      }
      if (loop.waiting() > 0) {
        enabled.add(loop::runOne);
      }
      return enabled;
    }

    private Position publish() {
      published++;
      room.publish("x");
      return Position.of(epoch(), published);
    }

    private String epoch() {
      return since == null ? room.history(0).join().top().epoch() : since.epoch();
    }

    private void join() {
      joins++;
      member = new FakeMember("m" + joins, loop);
      recovery = room.join(member, since);
    }

    private void leave() {
      room.leave(member);
      int before = member.publications.size();
      FakeMember gone = member;
      CompletableFuture<Recovery> result = recovery;
      member = null;
      loop.runAll();
      assertThat(gone.publications).hasSize(before);
      assertThat(result.isDone() || !answers).isTrue();
    }

    private void answer() {
      answers = true;
      broker.letGo();
    }

    private void checkMember() {
      long next = since.offset() + 1;
      switch (recovery.join()) {
        case Recovered _ -> assertThat(member.lost).isEmpty();
        case NotRecovered lost -> {
          assertThat(member.lost).containsExactly(lost.top());
          next = lost.top().offset() + 1;
        }
      }
      for (Publication publication : member.publications) {
        assertThat(publication.position()).hasValue(Position.of(since.epoch(), next));
        next++;
      }
      assertThat(next).isEqualTo(published + 1);
    }
  }
}
