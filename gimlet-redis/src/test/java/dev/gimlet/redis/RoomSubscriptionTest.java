package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.BrokerRecorder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Those who wait for a room while there is no Redis.
class RoomSubscriptionTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RedisNodeParts parts =
      new RedisNodeParts(
          new RedisOptions(
              RedisOptions.servers("redis://127.0.0.1:1"),
              false,
              null,
              "gimlet",
              "node",
              SECOND,
              1,
              SECOND,
              SECOND,
              SECOND,
              1));
  private RoomSubscription room;

  @BeforeEach
  void subscribe() {
    parts.start(new BrokerRecorder());
    room =
        new RoomSubscription("lobby", parts.store().keys("lobby"), Node.KEPT, parts.lane("lobby"));
  }

  @AfterEach
  void stop() {
    parts.close();
  }

  @Test
  void keepsNobodyForWhomItWasTooLong() {
    var impatient = new CompletableFuture<Void>();
    var patient = new CompletableFuture<Void>();
    room.await(impatient);
    impatient.completeExceptionally(new TimeoutException());

    room.await(patient);

    assertThat(room.abandon()).containsExactly(patient);
  }
}
