package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GuardedEventsTest {

  private final List<String> told = new ArrayList<>();
  private final ServerEvents throwing =
      new ServerEvents() {
        @Override
        public void handlerFailed(String where, Throwable failure) {
          fail("failed " + where + ": " + failure.getMessage());
        }

        @Override
        public void publishFailed(String room, String reason) {
          fail("unpublished in " + room + ": " + reason);
        }

        @Override
        public void brokerAway(String reason) {
          fail("away: " + reason);
        }

        @Override
        public void brokerBack() {
          fail("back");
        }

        private void fail(String what) {
          told.add(what);
          throw new OutOfMemoryError(what);
        }
      };

  @Test
  void tellsWhatHappensInRoomsAndSwallowsWhatIsThrown() {
    ServerEvents events = new GuardedEvents(throwing);

    events.handlerFailed("member m", new IllegalStateException("oops"));
    events.publishFailed("room", "too large");
    events.brokerAway("gone");
    events.brokerBack();

    assertThat(told)
        .containsExactly(
            "failed member m: oops", "unpublished in room: too large", "away: gone", "back");
  }
}
