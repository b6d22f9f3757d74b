package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreparedMessageTest {

  private final AtomicInteger encodings = new AtomicInteger();
  private final PreparedMessage prepared = PreparedMessage.of(Text.of("hi"));

  private Object encode(Message message) {
    return "encoding " + encodings.incrementAndGet() + " of " + message;
  }

  @Test
  void keepsItsMessage() {
    assertThat(prepared.message()).isEqualTo(Text.of("hi"));
  }

  @Test
  void hasAKeyWhenItWasGivenOne() {
    assertThat(PreparedMessage.of(Text.of("hi"), "greeting").key()).contains("greeting");
    assertThat(prepared.key()).isEmpty();
  }

  @Test
  void isNotEncodedBeforeItIsSent() {
    prepared.message();

    assertThat(encodings).hasValue(0);
  }

  @Test
  void isEncodedOnce() {
    Object first = prepared.encoded(this::encode);
    Object second = prepared.encoded(this::encode);

    assertThat(first).isEqualTo("encoding 1 of Text[hi]").isSameAs(second);
  }

  @Test
  void isEncodedOnceByManyThreads() throws Exception {
    Set<Object> seen = ConcurrentHashMap.newKeySet();
    int threads = 16;
    var together = new CountDownLatch(threads);

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, threads)
          .mapToObj(_ ->
              executor.submit(() -> {
                together.countDown();
                together.await();
                return seen.add(prepared.encoded(this::encode));
              }))
          .toList()
          .forEach(PreparedMessageTest::join);
    }

    assertThat(seen).containsExactly("encoding 1 of Text[hi]");
  }

  @Test
  void isEncodedByTheNextCallerWhenOneFails() {
    assertThatNullPointerException()
        .isThrownBy(() ->
            prepared.encoded(_ -> {
              throw new NullPointerException("no encoder");
            }));

    assertThat(prepared.encoded(this::encode)).isEqualTo("encoding 1 of Text[hi]");
  }

  @Test
  @SuppressWarnings("NullAway") // what programs without a null checker may do
  void refusesNull() {
    assertThatNullPointerException()
        .isThrownBy(() -> PreparedMessage.of(null))
        .withMessage("message");
  }

  private static void join(Future<?> task) {
    try {
      task.get();
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    }
  }
}
