package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
import org.openjdk.jmh.infra.Blackhole;

/// From the bytes of one read to messages, as a server receives them.
///
/// The time is for the whole read: divide it by `frames`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WebSocketProtocolBenchmark {
  private static final int KEY = 0x37FA213D; // RFC 6455 §5.7
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  @Param({"32", "128", "16384"})
  int bytes;

  @Param({"1", "16"})
  int frames;

  @Param({"1", "2"})
  int opcode; // Opcode.TEXT or Opcode.BINARY

  private WebSocketProtocol protocol =
      new WebSocketProtocol(Side.SERVER, MAX_MESSAGE_BYTES, new Ignored());
  private ByteBuffer read = ByteBuffer.allocate(0);

  @Setup
  public void encode(Blackhole messages) {
    protocol =
        new WebSocketProtocol(
            Side.SERVER,
            MAX_MESSAGE_BYTES,
            new Ignored() {
              @Override
              public void onMessage(Message message) {
                messages.consume(message);
              }
            });
    byte[] payload = new byte[bytes];
    Arrays.fill(payload, (byte) 'x');
    read = ByteBuffer.allocateDirect(frames * (bytes + 14));
    for (int i = 0; i < frames; i++) {
      FrameEncoder.encodeMasked(read, opcode, payload, KEY);
    }
    read.flip();
  }

  @Benchmark
  public ByteBuffer receive() {
    protocol.receive(read.rewind());
    return read;
  }

  /// A receiver that is always ready and does nothing.
  private static class Ignored implements WebSocketProtocol.Receiver {
    @Override
    public void onMessage(Message message) {}

    @Override
    public void onPing(byte[] payload) {}

    @Override
    public void onPong(byte[] payload) {}

    @Override
    public void sendControl(int opcode, byte[] payload) {}

    @Override
    public void onEnding() {
      throw new IllegalStateException("the frames were refused");
    }

    @Override
    public void onClosed(CloseStatus status) {
      throw new IllegalStateException("the frames were refused: " + status);
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }
}
