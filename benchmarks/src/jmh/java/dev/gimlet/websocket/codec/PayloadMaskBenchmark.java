package dev.gimlet.websocket.codec;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Moving a payload out of the read buffer, unmasked on the way.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PayloadMaskBenchmark {
  private static final int KEY = 0x37FA213D; // RFC 6455 §5.7

  @Param({"32", "128", "16384"})
  int bytes;

  private ByteBuffer read = ByteBuffer.allocate(0);
  private byte[] payload = {};

  @Setup
  public void fill() {
    read = ByteBuffer.allocateDirect(bytes);
    payload = new byte[bytes];
  }

  @Benchmark
  public byte[] mask() {
    PayloadMask.move(read.rewind(), payload, 0, payload.length, KEY, 0);
    return payload;
  }
}
