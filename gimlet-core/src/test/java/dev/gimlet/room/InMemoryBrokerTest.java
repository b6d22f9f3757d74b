package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.gimlet.spi.Broker;
import dev.gimlet.spi.BrokerContractTest;
import dev.gimlet.spi.BrokerRecorder;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Retention;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class InMemoryBrokerTest {

  private static final Retention HUNDRED = new Retention(100, Duration.ofMinutes(10));
  private static final int MAX_BYTES = 1 << 20;

  private Instant now = Instant.EPOCH;
  private final BrokerRecorder listener = new BrokerRecorder();
  private final InMemoryBroker broker = new InMemoryBroker(MAX_BYTES, () -> now);

  @Nested
  class Contract extends BrokerContractTest {

    @Override
    protected Broker create() {
      return InMemoryBroker.create();
    }
  }

  @Test
  void dropsWhatIsTooOld() {
    Position first = publish("room", "old");
    pass(Duration.ofMinutes(5));
    publish("room", "new");
    pass(Duration.ofMinutes(5));

    assertThat(history("room").publications()).hasSize(1);
    assertThat(recover("room", first)).isInstanceOf(Recovery.Recovered.class);
    pass(Duration.ofMinutes(5));
    assertThat(history("room").publications()).isEmpty();
    assertThat(recover("room", first)).isInstanceOf(NotRecovered.class);
  }

  @Test
  void remembersWhereItWasWhenAllIsTooOld() {
    Position last = publish("room", "old");
    pass(Duration.ofMinutes(20));

    assertThat(recover("room", last)).isInstanceOf(Recovery.Recovered.class);
    assertThat(publish("room", "new")).isEqualTo(Position.of(last.epoch(), 2));
  }

  @Test
  void forgetsAKeyAfterFiveMinutes() {
    PublishOptions once = PublishOptions.NONE.idempotencyKey("once");

    assertThat(publish("room", once).repeated()).isFalse();
    pass(Duration.ofMinutes(5).minusNanos(1));
    assertThat(publish("room", once).repeated()).isTrue();
    pass(Duration.ofNanos(1));
    assertThat(publish("room", once).repeated()).isFalse();
  }

  @Test
  void remembersTheLastTenThousandKeys() {
    InMemoryBroker roomy = new InMemoryBroker(64 << 20, () -> now);
    for (int i = 0; i <= RoomLog.MAX_KEYS; i++) {
      publish(roomy, PublishOptions.NONE.idempotencyKey("k" + i));
    }

    assertThat(publish(roomy, PublishOptions.NONE.idempotencyKey("k1")).repeated()).isTrue();
    assertThat(publish(roomy, PublishOptions.NONE.idempotencyKey("k0")).repeated()).isFalse();
  }

  @Test
  void keysOfManyPublicationsStayWithinTheLimit() {
    for (int i = 0; i < 200_000; i++) {
      var _ =
          broker.publish(
              "room" + i % 1000,
              Text.of(""),
              PublishOptions.NONE.idempotencyKey("key" + i),
              Retention.NONE);
    }

    assertThat(broker.historyBytes()).isLessThanOrEqualTo(MAX_BYTES);
  }

  @Test
  void forgetsRoomsThatWereNotUsedForLongest() {
    Position a = publish("a", 200 << 10);
    Position b = publish("b", 200 << 10);
    Position c = publish("c", 200 << 10);
    Position d = publish("d", 200 << 10);
    assertThat(recover("a", a)).isInstanceOf(Recovery.Recovered.class); // is used again

    Position e = publish("e", 250 << 10);

    assertThat(recover("b", b)).isInstanceOf(NotRecovered.class);
    assertThat(recover("b", b).top().epoch()).isNotEqualTo(b.epoch());
    assertThat(recover("a", a)).isInstanceOf(Recovery.Recovered.class);
    assertThat(recover("c", c)).isInstanceOf(Recovery.Recovered.class);
    assertThat(recover("d", d)).isInstanceOf(Recovery.Recovered.class);
    assertThat(recover("e", e)).isInstanceOf(Recovery.Recovered.class);
    assertThat(broker.historyBytes()).isLessThanOrEqualTo(MAX_BYTES);
  }

  @Test
  void tellsMembersOfARoomThatWasForgotten() {
    broker.start(listener);
    var _ = broker.subscribe("a", HUNDRED);
    publish("a", 200 << 10);

    for (int i = 0; i < 5; i++) {
      publish("other" + i, 250 << 10);
    }
    publish("a", "again");

    assertThat(listener.lost()).singleElement().asString().startsWith("a 0 the history of rooms");
    assertThat(listener.publicationsNow("a").getLast().position().orElseThrow().offset())
        .isEqualTo(1);
  }

  @Test
  void keepsRoomsWhoseHistoryIsWantedLongerThanThoseNobodyUses() {
    Retention forLong = new Retention(100, Retention.MAX_AGE);
    var _ = broker.publish("archive", Binary.of(new byte[200 << 10]), PublishOptions.NONE, forLong);
    for (int i = 0; i < 3; i++) {
      publish("room" + i, 250 << 10);
    }
    pass(Duration.ofMinutes(10).plus(RoomLog.IDLE).plusNanos(1));

    publish("new", 250 << 10);

    assertThat(broker.history("archive", 1, forLong).join().publications()).hasSize(1);
    assertThat(broker.rooms()).isEqualTo(2);
  }

  @Test
  void recoversNoMoreThanMayBeMissed() {
    InMemoryBroker roomy = new InMemoryBroker(64 << 20, () -> now);
    List<Position> positions = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      positions.add(
          roomy
              .publish("room", Binary.of(new byte[100 << 10]), PublishOptions.NONE, HUNDRED)
              .join()
              .position()
              .orElseThrow());
    }

    assertThat(roomy.recover("room", positions.get(0), HUNDRED).join())
        .isInstanceOfSatisfying(
            NotRecovered.class,
            lost ->
                assertThat(lost.reason())
                    .isEqualTo("614400 bytes were missed, at most 524288 are recovered"));
    assertThat(roomy.recover("room", positions.get(1), HUNDRED).join())
        .isInstanceOf(Recovery.Recovered.class);
  }

  @Test
  void givesAllWhoAskAtATimeTheSamePublication() {
    publish("room", "x");
    List<Publication> first = history("room").publications();

    assertThat(history("room").publications()).containsExactlyElementsOf(first);
  }

  @Test
  void keepsNoFormInWhichAPublicationWasSent() {
    publish("room", "x");

    awaitCollected(formOf(history("room")));

    assertThat(history("room").publications())
        .map(Publication::message)
        .containsExactly(Text.of("x"));
  }

  private static WeakReference<Object> formOf(History history) {
    return new WeakReference<>(
        history.publications().getFirst().prepared().encoded(_ -> new Object()));
  }

  private static void awaitCollected(WeakReference<?> reference) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          while (reference.get() != null) {
            System.gc();
          }
        });
  }

  @Test
  void keepsLessOfARoomThatIsTooLargeAlone() {
    Position first = publish("a", 100 << 10);
    for (int i = 0; i < 20; i++) {
      publish("a", 100 << 10);
    }

    assertThat(broker.historyBytes()).isLessThanOrEqualTo(MAX_BYTES / 4 + 1024);
    assertThat(history("a").publications()).hasSize(2);
    assertThat(recover("a", first)).isInstanceOf(NotRecovered.class);
  }

  @Test
  void forgetsRoomsThatNobodyUsesAnyMore() {
    for (int i = 0; i < 1000; i++) {
      publish("room" + i, "x");
    }
    assertThat(broker.rooms()).isEqualTo(1000);
    pass(Duration.ofMinutes(10).plus(RoomLog.IDLE).plusNanos(1));

    for (int i = 0; i < 500; i++) {
      publish("one", "x");
    }

    assertThat(broker.rooms()).isEqualTo(1);
  }

  @Test
  void forgetsRoomsThatNobodyUsesBehindOneThatIsKeptForLonger() {
    var _ =
        broker.publish(
            "archive", Text.of("x"), PublishOptions.NONE, new Retention(100, Retention.MAX_AGE));
    for (int i = 0; i < 1000; i++) {
      publish("room" + i, "x");
    }
    pass(Duration.ofMinutes(10).plus(RoomLog.IDLE).plusNanos(1));

    for (int i = 0; i < 500; i++) {
      publish("one", "x");
    }

    assertThat(broker.rooms()).isEqualTo(2);
  }

  @Test
  void keepsTheEpochOfAQuietRoomWithMembers() {
    broker.start(listener);
    var _ = broker.subscribe("quiet", HUNDRED);
    Position last = publish("quiet", "x");
    pass(Duration.ofDays(1));

    for (int i = 0; i < 10; i++) {
      publish("busy", "x");
    }

    assertThat(recover("quiet", last)).isInstanceOf(Recovery.Recovered.class);
    assertThat(listener.lost()).isEmpty();
  }

  @Test
  void roomsWithMembersAndNoHistoryTakeNoPlace() {
    broker.start(listener);
    publish("hot", "x");

    for (int i = 0; i < 3000; i++) {
      var _ = broker.subscribe("quiet" + i, HUNDRED);
      assertThat(history("quiet" + i).publications()).isEmpty();
    }

    assertThat(history("hot").publications()).hasSize(1);
  }

  @Test
  void roomsWithoutHistoryTakePlaceOnceTheirMembersHaveLeft() {
    for (int i = 0; i < 3000; i++) {
      var _ = broker.subscribe("quiet" + i, HUNDRED);
      assertThat(history("quiet" + i).publications()).isEmpty();
    }
    assertThat(broker.rooms()).isEqualTo(3000);

    for (int i = 0; i < 3000; i++) {
      var _ = broker.unsubscribe("quiet" + i);
    }

    assertThat(broker.rooms()).isEqualTo(MAX_BYTES / 512);
    assertThat(broker.historyBytes()).isLessThanOrEqualTo(MAX_BYTES);
  }

  @Test
  void forgetsTheKeysOfQuietRoomsWithMembers() {
    Retention minute = new Retention(100, Duration.ofMinutes(1));
    for (int i = 0; i < 2200; i++) {
      String room = "quiet" + i % 4;
      var _ = broker.subscribe(room, minute);
      PublishOptions options = PublishOptions.NONE.idempotencyKey("%0128d".formatted(i));
      var _ = broker.publish(room, Text.of(""), options, minute);
    }
    pass(Duration.ofMinutes(2)); // the publications are too old, the keys are not

    for (int i = 0; i < 4; i++) {
      publish("busy" + i, 100 << 10);
    }

    assertThat(broker.historyBytes()).isLessThanOrEqualTo(MAX_BYTES);
    assertThat(history("busy0").publications()).hasSize(1);
  }

  @Test
  void servesOneProgram() {
    broker.start(listener);

    assertThatThrownBy(() -> broker.start(new BrokerRecorder()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this broker serves another program: make one for each");
  }

  @Test
  void refusesALimitThatHoldsNothing() {
    assertThatThrownBy(() -> InMemoryBroker.create(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 MiB");
  }

  @Test
  void publishesToNobodyForLittle() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Text message = Text.of("hello");
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        var _ = broker.publish("room", message, PublishOptions.NONE, Retention.NONE);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(least / 1000).isLessThanOrEqualTo(32); // the future
    assertThat(broker.rooms()).isZero();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private Position publish(String room, String text) {
    return publish(room, Text.of(text).size(), text);
  }

  private Position publish(String room, int bytes) {
    return publish(room, bytes, "");
  }

  private Position publish(String room, int bytes, String text) {
    var message = text.isEmpty() ? Binary.of(new byte[bytes]) : Text.of(text);
    return broker
        .publish(room, message, PublishOptions.NONE, HUNDRED)
        .join()
        .position()
        .orElseThrow();
  }

  private Published publish(String room, PublishOptions options) {
    return broker.publish(room, Text.of("x"), options, Retention.NONE).join();
  }

  private static Published publish(Broker broker, PublishOptions options) {
    return broker.publish("room", Text.of("x"), options, Retention.NONE).join();
  }

  private History history(String room) {
    return broker.history(room, 1000, HUNDRED).join();
  }

  private Recovery recover(String room, Position since) {
    return broker.recover(room, since, HUNDRED).join();
  }
}
