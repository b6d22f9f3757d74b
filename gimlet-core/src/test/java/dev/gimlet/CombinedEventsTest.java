package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

class CombinedEventsTest {
  @Test
  void tellsAllWhateverOneThrows() throws InterruptedException {
    RecordingEvents first = new RecordingEvents();
    RecordingEvents second = new RecordingEvents();
    ServerEvents broken =
        new ServerEvents() {
          @Override
          public void handlerFailed(String where, Throwable failure) {
            throw new IllegalStateException("broken");
          }
        };

    new CombinedEvents(List.of(first, broken, second))
        .handlerFailed("GET /", new IllegalStateException("secret"));

    assertThat(first.next()).isEqualTo("failed secret");
    assertThat(second.next()).isEqualTo("failed secret");
  }

  @Test
  void tellsOfPublicationsAndBrokers() throws InterruptedException {
    RecordingEvents listener = new RecordingEvents();
    ServerEvents events = new CombinedEvents(List.of(listener));

    events.publishFailed("room", "no");
    events.brokerAway("refused");
    events.brokerBack();

    assertThat(listener.next()).isEqualTo("publish failed: room: no");
    assertThat(listener.next()).isEqualTo("broker away: refused");
    assertThat(listener.next()).isEqualTo("broker back");
  }
}
