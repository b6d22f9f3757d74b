package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.PresenceStoreContractTest;
import dev.gimlet.spi.Present;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class InMemoryPresenceStoreTest {

  @Nested
  class Contract extends PresenceStoreContractTest {

    @Override
    protected PresenceStore create() {
      return new InMemoryPresenceStore();
    }
  }

  @Test
  void keepsNothingOfARoomThatEverybodyLeft() {
    InMemoryPresenceStore store = new InMemoryPresenceStore();
    Present ann = new Present("1", "Ann");

    store.enter("room", ann).join();
    store.leave("room", ann).join();

    assertThat(store.rooms()).isZero();
  }
}
