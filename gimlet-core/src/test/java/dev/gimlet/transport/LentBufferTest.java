package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LentBufferTest {
  private final LentBuffer lender = new LentBuffer(64);

  @AfterEach
  void release() {
    lender.release();
  }

  private ByteBuf lend() {
    return lender.lend(() -> UnpooledByteBufAllocator.DEFAULT);
  }

  @Test
  void lendsTheSameMemoryAgain() {
    ByteBuf first = lend();
    long address = first.memoryAddress();
    first.writeInt(1);
    first.release();

    ByteBuf second = lend();

    assertThat(second.memoryAddress()).isEqualTo(address);
    assertThat(second.readableBytes()).isZero();
    second.release();
  }

  @Test
  void leavesABufferToWhoKeepsIt() {
    ByteBuf kept = lend().writeInt(1);

    ByteBuf other = lend().writeInt(2);

    assertThat(kept.readInt()).isEqualTo(1);
    assertThat(kept.release()).isTrue();
    other.release();
  }

  @Test
  void letsGoOfItsMemoryOnlyWhenTheBorrowerDoes() {
    ByteBuf kept = lend();

    lender.release();

    assertThat(kept.refCnt()).isEqualTo(1);
    kept.release();
  }
}
