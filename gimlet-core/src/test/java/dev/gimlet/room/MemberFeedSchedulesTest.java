package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Text;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Every order in which a member may come back while three publications are on their way.
///
/// A world of one room: the broker publishes, answers and may lose its history at any moment; what
/// it said and what it published reach the feed later, each in its own order. What it published may
/// be so late that it is older than the member, and be lost on its way. An oracle follows what the
/// member is told.
@Slow
final class MemberFeedSchedulesTest {

  private static final int PUBLICATIONS = 3;
  private static final int KEPT = 2;

  @Test
  void giveExactlyWhatFollowsThePositionOrSayThatTheyCannot() {
    int schedules = Schedules.all(choices -> new World(choices, PUBLICATIONS, false).run());

    assertThat(schedules).isGreaterThanOrEqualTo(300_000);
  }

  @Test
  void giveNothingTwiceWhenWhatIsLiveComesLateOrIsLost() {
    int schedules = Schedules.all(choices -> new World(choices, PUBLICATIONS - 1, true).run());

    assertThat(schedules).isGreaterThanOrEqualTo(300_000);
  }

  @SuppressWarnings("NullAway") // null is a state of the model: not yet
  private static final class World implements MemberFeed.Output {

    private final Schedules choices;
    private final int publications;

    // The broker.
    private final List<Publication> history = new ArrayList<>();
    private String epoch = "first";
    private int published;
    private boolean lost;

    // On their way.
    private final boolean isLate; // and may be lost
    private final Deque<Consumer<MemberFeed>> live = new ArrayDeque<>();
    private boolean isMissing; // something was lost on its way
    private Recovery answer;
    private boolean answered;

    // The member, and what it must get next.
    private MemberFeed feed;
    private final Position since;
    private Position told;
    private boolean left;
    private boolean wasTold;
    private final Set<Position> given = new HashSet<>();

    World(Schedules choices, int publications, boolean isLate) {
      this.choices = choices;
      this.publications = publications;
      this.isLate = isLate;
      int before = choices.choose(KEPT + 2); // so many publications are older than all this
      for (int i = 0; i < before; i++) {
        append();
      }
      this.since = Position.of(epoch, choices.choose(before + 1));
      this.told = since;
    }

    void run() {
      List<Runnable> enabled = enabled();
      while (!enabled.isEmpty()) {
        enabled.get(choices.choose(enabled.size())).run();
        enabled = enabled();
      }
      if (!left) {
        assertThat(told).isEqualTo(top());
      }
    }

    private List<Runnable> enabled() {
      List<Runnable> enabled = new ArrayList<>();
      if (published < publications) {
        enabled.add(this::publish);
      }
      if (feed == null) {
        enabled.add(() -> feed = new MemberFeed(this));
        if (isLate && !lost) {
          enabled.add(this::lose);
        }
      } else {
        enabledForMember(enabled);
      }
      return enabled;
    }

    private void enabledForMember(List<Runnable> enabled) {
      if (!lost) {
        enabled.add(this::lose);
      }
      if (!live.isEmpty()) {
        enabled.add(() -> live.remove().accept(feed));
      }
      if (isLate && !isMissing && !live.isEmpty()) {
        enabled.add(this::miss);
      }
      if (answer == null) {
        enabled.add(() -> answer = recover());
      } else if (!answered) {
        enabled.add(this::bringAnswer);
      }
      if (!left) {
        enabled.add(this::leave);
      }
    }

    private void append() {
      Position position = Position.of(epoch, top().offset() + 1);
      history.add(Publication.at(position, Text.of("x"), Map.of(), Instant.EPOCH));
    }

    private Position top() {
      return history.isEmpty() ? Position.of(epoch, 0) : history.getLast().position().orElseThrow();
    }

    private void publish() {
      published++;
      append();
      Publication newest = history.getLast();
      if (feed != null || isLate) {
        live.add(to -> to.publication(newest));
      }
    }

    /// All that is on its way is lost, and the broker says so where it knows how far that is.
    private void miss() {
      isMissing = true;
      live.clear();
      Position at = top();
      live.add(to -> to.positionLost(at, "missing"));
    }

    private void lose() {
      lost = true;
      history.clear();
      epoch = "second";
      live.add(to -> to.positionLost(Position.of("second", 0), "lost"));
    }

    private Recovery recover() {
      long missed = top().offset() - since.offset();
      int kept = Math.min(KEPT, history.size());
      return !epoch.equals(since.epoch()) || missed > kept
          ? new NotRecovered(top(), "gone")
          : new Recovered(history.subList(history.size() - (int) missed, history.size()), top());
    }

    private void bringAnswer() {
      answered = true;
      Recovery outcome = feed.recovered(since, answer);
      if (left) {
        return;
      }
      boolean mustRecover = answer instanceof Recovered && !wasTold && !lost && !isMissing;
      if (mustRecover) {
        assertThat(outcome).isSameAs(answer);
      }
      if (outcome instanceof Recovered) {
        assertThat(wasTold).isFalse();
        assertThat(told.offset()).isGreaterThanOrEqualTo(outcome.top().offset());
      } else {
        assertThat(wasTold).isTrue();
      }
    }

    private void leave() {
      left = true;
      feed.close();
    }

    @Override
    public void deliver(Publication publication) {
      assertThat(left).isFalse();
      assertThat(answered).isTrue();
      Position position = publication.position().orElseThrow();
      assertThat(position).isEqualTo(Position.of(told.epoch(), told.offset() + 1));
      assertThat(given.add(position)).isTrue();
      told = position;
    }

    @Override
    public void positionLost(Position top, String reason) {
      assertThat(left).isFalse();
      assertThat(answered).isTrue();
      assertThat(reason).isNotEmpty();
      wasTold = true;
      told = top;
    }
  }
}
