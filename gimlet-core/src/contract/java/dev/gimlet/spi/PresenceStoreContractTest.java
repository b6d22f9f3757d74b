package dev.gimlet.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.PresenceStore.Presence;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every presence store promises: extend it, and give it yours.
@Timeout(60)
public abstract class PresenceStoreContractTest {

  private static final Present ANN = new Present("1", "Ann");
  private static final Present ANN_AGAIN = new Present("2", "Ann");
  private static final Present LI = new Present("3", "李");

  private final String room = "contract:" + UUID.randomUUID();
  private PresenceStore store;

  protected abstract PresenceStore create();

  @BeforeEach
  final void createStore() {
    store = create();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  @Test
  final void knowsWhoIsThere() {
    done(store.enter(room, ANN));
    done(store.enter(room, ANN_AGAIN));
    done(store.enter(room, LI));

    Presence presence = done(store.presence(room, 10));

    assertThat(presence.members()).containsExactlyInAnyOrder(ANN, ANN_AGAIN, LI);
    assertThat(presence.count()).isEqualTo(3);
  }

  @Test
  final void namesAtMostTheLimitAndCountsAll() {
    for (int i = 0; i < 10; i++) {
      done(store.enter(room, new Present("p" + i, "user")));
    }

    assertThat(done(store.presence(room, 3)).members()).hasSize(3);
    assertThat(done(store.presence(room, 3)).count()).isEqualTo(10);
    assertThat(done(store.presence(room, 0)).count()).isEqualTo(10);
  }

  @Test
  final void forgetsWhoLeaves() {
    done(store.enter(room, ANN));
    done(store.enter(room, LI));

    done(store.leave(room, ANN));

    assertThat(done(store.presence(room, 10)).members()).containsExactly(LI);
  }

  @Test
  final void doesNothingWhenSomebodyLeavesWhoNeverEntered() {
    done(store.leave(room, ANN));

    assertThat(done(store.presence(room, 10))).isEqualTo(new Presence(List.of(), 0));
  }

  @Test
  final void countsSomebodyWhoEntersTwiceOnce() {
    done(store.enter(room, ANN));
    done(store.enter(room, ANN));

    assertThat(done(store.presence(room, 10)).count()).isEqualTo(1);
  }

  @Test
  final void keepsRoomsApart() {
    done(store.enter(room, ANN));

    assertThat(done(store.presence(room + "x", 10)).count()).isZero();
  }

  @Test
  final void isExactAfterManyCameAndWentAtOnce() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Present member = new Present("p" + i, "user");
        boolean stays = i % 4 == 0;
        threads.execute(() -> {
          CompletableFuture<Void> entered = store.enter(room, member);
          CompletableFuture<Void> last = stays ? entered : store.leave(room, member);
          done(last);
        });
      }
    }

    assertThat(done(store.presence(room, 1000)).count()).isEqualTo(50);
  }

  private static <T> T done(CompletableFuture<T> future) {
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
