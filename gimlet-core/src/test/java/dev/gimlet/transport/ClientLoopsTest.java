package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClientLoopsTest {

  @Test
  void giveBackWhatConnectionsBorrowedWhileTheyWereClosing() {
    ClientLoops loops = ClientLoops.start(1, ServerEvents.NONE);
    ClientLoop loop = loops.next();
    CompletableFuture<ByteBuf> borrowed = new CompletableFuture<>();
    loop.execute(() -> {
      while (!loop.eventLoop().isShuttingDown()) {
        Thread.onSpinWait();
      }
      loop.execute(() -> borrowed.complete(borrow(loop.home())));
    });

    loops.close();

    assertThat(borrowed.join().refCnt()).isZero();
  }

  private static ByteBuf borrow(HomeLoop home) {
    ByteBuf buffer = home.readBuffer(() -> PooledByteBufAllocator.DEFAULT);
    buffer.release();
    return buffer;
  }
}
