package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LentBuffersTest {
  private final LentBuffers lender = new LentBuffers(1, 64);

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
  void lendsAsManyAsThereAreByTurns() {
    LentBuffers three = new LentBuffers(3, 64);
    List<ByteBuf> first = lendThree(three);
    assertThat(first).extracting(ByteBuf::memoryAddress).doesNotHaveDuplicates();
    first.get(0).release();
    first.get(2).release();

    List<ByteBuf> second = lendThree(three);

    assertThat(second.get(0)).isSameAs(first.get(0));
    assertThat(second.get(1)).isNotSameAs(first.get(1)); // which is still kept
    assertThat(second.get(2)).isSameAs(first.get(2));
    three.release();
    first.get(1).release();
    second.forEach(ByteBuf::release);
    assertThat(first).extracting(ByteBuf::refCnt).containsOnly(0);
    assertThat(second).extracting(ByteBuf::refCnt).containsOnly(0);
  }

  private static List<ByteBuf> lendThree(LentBuffers lender) {
    return Stream.generate(() -> lender.lend(() -> UnpooledByteBufAllocator.DEFAULT))
        .limit(3)
        .toList();
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
