package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A link whose executor is the caller and whose attempts end when the test says so.
class LinkTest {

  private static final class Owner implements Link.Owner<String> {

    private final List<CompletableFuture<String>> attempts = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @Override
    public CompletionStage<String> connect() {
      var attempt = new CompletableFuture<String>();
      attempts.add(attempt);
      return attempt;
    }

    @Override
    public void opened(String connection) {
      told.add("opened " + connection);
    }

    @Override
    public void lost(String reason) {
      told.add("lost: " + reason);
    }

    @Override
    public void discard(String connection) {
      told.add("discarded " + connection);
    }
  }

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Owner owner = new Owner();
  private final Link<String> link = new Link<>(Runnable::run, clock, owner);

  @AfterEach
  void stop() {
    clock.shutdownNow();
  }

  @Test
  void isOpenedOnceConnected() {
    link.start();
    owner.attempts.getFirst().complete("one");

    assertThat(owner.told).containsExactly("opened one");
  }

  @Test
  void tellsOnceThatAConnectionIsLost() {
    link.start();
    owner.attempts.getFirst().complete("one");

    link.fail("one", "cut");
    link.fail("one", "cut again");

    assertThat(owner.told).containsExactly("opened one", "discarded one", "lost: cut");
  }

  @Test
  void tellsThatAnAttemptHasFailed() {
    link.start();
    owner.attempts.getFirst().completeExceptionally(new IllegalStateException("refused"));

    assertThat(owner.told).hasSize(1).first().asString().startsWith("lost: ").contains("refused");
  }

  @Nested
  class Closing {

    @Test
    void endsAtOnceWithoutAnAttempt() {
      assertThat(link.close()).isCompleted();
    }

    @Test
    void endsAtOnceWhenConnected() {
      link.start();
      owner.attempts.getFirst().complete("one");

      assertThat(link.close()).isCompleted();
    }

    @Test
    void waitsForTheAttemptUnderWayAndDiscardsWhatItMade() {
      link.start();
      CompletableFuture<Void> closed = link.close();
      assertThat(closed).isNotCompleted();

      owner.attempts.getFirst().complete("late");

      assertThat(closed).isCompleted();
      assertThat(owner.told).containsExactly("discarded late");
    }

    @Test
    void waitsForTheAttemptUnderWayThoughItFails() {
      link.start();
      CompletableFuture<Void> closed = link.close();

      owner.attempts.getFirst().completeExceptionally(new IllegalStateException("refused"));

      assertThat(closed).isCompleted();
      assertThat(owner.told).isEmpty();
    }
  }
}
