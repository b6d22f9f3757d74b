package dev.gimlet.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class ByteCounterTest {

  @Test
  void countsAcrossReads() {
    ByteCounter counter = new ByteCounter(10);

    assertThat(counter.count(Unpooled.wrappedBuffer(new byte[25]))).isEqualTo(2);
    assertThat(counter.count(Unpooled.wrappedBuffer(new byte[4]))).isZero();
    assertThat(counter.count(Unpooled.wrappedBuffer(new byte[1]))).isEqualTo(1);
  }
}
