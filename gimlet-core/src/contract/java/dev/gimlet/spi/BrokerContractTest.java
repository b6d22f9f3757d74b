package dev.gimlet.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every broker promises: extend it, and give it yours.
///
/// Rooms have random names, so that a store that outlives a test does not disturb the next.
@Timeout(60)
public abstract class BrokerContractTest {

  private static final Retention TEN = new Retention(10, Duration.ofMinutes(10));

  private final String room = "contract:" + UUID.randomUUID();
  private final BrokerRecorder listener = new BrokerRecorder();
  private Broker broker;

  /// A broker that has not been started.
  protected abstract Broker create();

  @BeforeEach
  final void startBroker() {
    broker = create();
    broker.start(listener);
    listener.awaitReady(broker);
  }

  @AfterEach
  final void closeBroker() {
    broker.close();
  }

  @Test
  final void bringsPublicationsOfASubscribedRoomInOrder() {
    subscribe(Retention.NONE);

    publish("a", Retention.NONE);
    publish("b", Retention.NONE);
    done(broker.publish(room, Binary.of((byte) 1), PublishOptions.NONE, Retention.NONE));

    assertThat(listener.publications(room, 3))
        .extracting(Publication::message)
        .containsExactly(Text.of("a"), Text.of("b"), Binary.of((byte) 1));
  }

  @Test
  final void givesNoPositionInARoomWithoutHistory() {
    subscribe(Retention.NONE);

    Published published = publish("a", Retention.NONE);

    assertThat(published.position()).isEmpty();
    assertThat(listener.publications(room, 1).getFirst().position()).isEmpty();
  }

  @Test
  final void keepsHistoryForTheLongestAge() {
    Retention longest = new Retention(10, Retention.MAX_AGE);
    subscribe(longest);

    publish("a", longest);

    assertThat(listener.publications(room, 1)).hasSize(1);
    assertThat(done(broker.history(room, 10, longest)).publications()).hasSize(1);
  }

  @Test
  final void bringsNothingOfOtherRooms() {
    subscribe(Retention.NONE);

    done(broker.publish(room + "x", Text.of("no"), PublishOptions.NONE, Retention.NONE));
    publish("yes", Retention.NONE);

    assertThat(listener.publications(room, 1)).hasSize(1);
    assertThat(listener.publicationsNow(room + "x")).isEmpty();
  }

  @Test
  final void bringsNothingAfterUnsubscribing() {
    subscribe(Retention.NONE);
    done(broker.unsubscribe(room));
    done(broker.subscribe(room + "y", Retention.NONE));

    publish("no", Retention.NONE);
    done(broker.publish(room + "y", Text.of("yes"), PublishOptions.NONE, Retention.NONE));

    assertThat(listener.publications(room + "y", 1)).hasSize(1);
    assertThat(listener.publicationsNow(room)).isEmpty();
  }

  @Test
  final void bringsTagsAndConflationKey() {
    subscribe(Retention.NONE);
    PublishOptions options = PublishOptions.NONE.tag("from", "Ann").conflationKey("k");

    done(broker.publish(room, Text.of("a"), options, Retention.NONE));

    Publication publication = listener.publications(room, 1).getFirst();
    assertThat(publication.tags()).containsOnly(Map.entry("from", "Ann"));
    assertThat(publication.conflationKey()).isEqualTo("k");
  }

  @Test
  final void countsOffsetsFromOneInsideAnEpoch() {
    subscribe(TEN);

    List<Position> published =
        IntStream.range(0, 5)
            .mapToObj(i -> publish("m" + i, TEN).position().orElseThrow())
            .toList();

    assertThat(published).extracting(Position::offset).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(published).extracting(Position::epoch).containsOnly(published.getFirst().epoch());
    assertThat(listener.publications(room, 5))
        .extracting(publication -> publication.position().orElseThrow())
        .isEqualTo(published);
  }

  @Test
  final void keepsTheNewest() {
    publishNumbers(15);

    History history = done(broker.history(room, 100, TEN));

    assertThat(texts(history.publications())).isEqualTo(numbers(5, 15));
    assertThat(history.top().offset()).isEqualTo(15);
  }

  @Test
  final void givesAtMostWhatWasAskedFor() {
    publishNumbers(5);

    assertThat(texts(done(broker.history(room, 2, TEN)).publications())).isEqualTo(numbers(3, 5));
    assertThat(done(broker.history(room, 0, TEN)).publications()).isEmpty();
    assertThat(done(broker.history(room, 0, TEN)).top().offset()).isEqualTo(5);
  }

  @Test
  final void beginsARoomThatNobodyHasPublishedTo() {
    Position top = done(broker.history(room, 10, TEN)).top();
    assertThat(top.offset()).isZero();

    Position first = publish("a", TEN).position().orElseThrow();

    assertThat(first.epoch()).isEqualTo(top.epoch());
    assertThat(recovered(top)).isEqualTo(List.of("a"));
  }

  @Test
  final void keepsNothingOfARoomWithoutHistory() {
    publish("a", Retention.NONE);

    History history = done(broker.history(room, 10, Retention.NONE));

    assertThat(history.publications()).isEmpty();
    assertThat(history.top()).isEqualTo(Position.NONE);
    assertThat(done(broker.recover(room, Position.of("e", 1), Retention.NONE)))
        .isInstanceOf(NotRecovered.class);
  }

  @Test
  final void recoversExactlyWhatWasMissed() {
    List<Position> positions = publishNumbers(15);

    assertThat(recovered(positions.get(14))).isEmpty(); // nothing
    assertThat(recovered(positions.get(13))).isEqualTo(numbers(14, 15)); // the last
    assertThat(recovered(positions.get(4))).isEqualTo(numbers(5, 15)); // the whole window
    assertThat(done(broker.recover(room, positions.get(3), TEN))).isInstanceOf(NotRecovered.class);
  }

  @Test
  final void goesOnFromTheTop() {
    List<Position> positions = publishNumbers(15);

    for (int since : new int[] {0, 3, 4, 10, 14}) {
      Recovery recovery = done(broker.recover(room, positions.get(since), TEN));
      assertThat(recovery.top()).isEqualTo(positions.getLast());
    }
  }

  @Test
  final void doesNotRecoverFromAnotherEpoch() {
    publishNumbers(3);

    Recovery recovery = done(broker.recover(room, Position.of("another", 2), TEN));

    assertThat(recovery).isInstanceOf(NotRecovered.class);
    assertThat(recovery.top().offset()).isEqualTo(3);
  }

  @Test
  final void doesNotRecoverFromTheFuture() {
    Position newest = publishNumbers(3).getLast();

    Recovery recovery = done(broker.recover(room, Position.of(newest.epoch(), 4), TEN));

    assertThat(recovery).isInstanceOf(NotRecovered.class);
  }

  @Test
  final void publishesOnceForAnIdempotencyKey() {
    subscribe(TEN);
    PublishOptions once = PublishOptions.NONE.idempotencyKey("once");

    Published first = done(broker.publish(room, Text.of("a"), once, TEN));
    Published again = done(broker.publish(room, Text.of("a"), once, TEN));
    publish("b", TEN);

    assertThat(first.repeated()).isFalse();
    assertThat(again.repeated()).isTrue();
    assertThat(again.position()).isEqualTo(first.position());
    assertThat(texts(listener.publications(room, 2))).containsExactly("a", "b");
  }

  @Test
  final void publishesOnceForAKeyInARoomWithoutHistoryToo() {
    subscribe(Retention.NONE);
    PublishOptions once = PublishOptions.NONE.idempotencyKey("once");

    Published first = done(broker.publish(room, Text.of("a"), once, Retention.NONE));
    Published again = done(broker.publish(room, Text.of("a"), once, Retention.NONE));
    publish("b", Retention.NONE);

    assertThat(first.repeated()).isFalse();
    assertThat(again.repeated()).isTrue();
    assertThat(texts(listener.publications(room, 2))).containsExactly("a", "b");
  }

  @Test
  final void keepsTheOrderOfTheRoomWithManyPublishers() throws Exception {
    subscribe(new Retention(1000, Duration.ofMinutes(10)));
    Retention retention = new Retention(1000, Duration.ofMinutes(10));
    List<Future<?>> publishers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int publisher = 0; publisher < 64; publisher++) {
        String name = "m" + publisher + " ";
        publishers.add(
            threads.submit(
                () -> IntStream.range(0, 10).forEach(i -> publish(name + i, retention))));
      }
    }
    for (Future<?> publisher : publishers) {
      publisher.get();
    }

    List<Publication> live = listener.publications(room, 640);

    assertThat(live)
        .extracting(publication -> publication.position().orElseThrow().offset())
        .isEqualTo(LongStream.rangeClosed(1, 640).boxed().toList());
    assertThat(texts(done(broker.history(room, 1000, retention)).publications()))
        .isEqualTo(texts(live));
  }

  @Test
  final void bringsNotices() {
    subscribe(Retention.NONE);
    PresenceNotice notice =
        new PresenceNotice(List.of(new Present("1", "Ann")), List.of(new Present("2", "李")), 3, 4);

    done(broker.announce(room, notice));

    assertThat(listener.notices(room, 1)).containsExactly(notice);
  }

  @Test
  final void isReadyUntilItIsClosed() {
    assertThat(broker.isReady()).isTrue();

    broker.close();
    broker.close();

    assertThat(broker.isReady()).isFalse();
    CompletableFuture<Published> late =
        broker.publish(room, Text.of("late"), PublishOptions.NONE, Retention.NONE);
    assertThatThrownBy(() -> late.get(6, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(BrokerException.class);
  }

  private void subscribe(Retention retention) {
    done(broker.subscribe(room, retention));
  }

  private Published publish(String text, Retention retention) {
    return done(broker.publish(room, Text.of(text), PublishOptions.NONE, retention));
  }

  private List<Position> publishNumbers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> publish("m" + i, TEN).position().orElseThrow())
        .toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  private List<String> recovered(Position since) {
    Recovery recovery = done(broker.recover(room, since, TEN));
    assertThat(recovery).isInstanceOf(Recovered.class);
    return texts(((Recovered) recovery).missed());
  }

  private static List<String> texts(List<Publication> publications) {
    return publications.stream()
        .map(publication -> ((Text) publication.message()).value())
        .toList();
  }

  private static <T> T done(CompletableFuture<T> future) {
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
