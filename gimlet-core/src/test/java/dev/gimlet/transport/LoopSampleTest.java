package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoopSampleTest {

  private static final int NATIVE = -2;

  private static LoopSample running(int workedMillis, StackTraceElement... stack) {
    return new LoopSample(Thread.State.RUNNABLE, Duration.ofMillis(workedMillis), List.of(stack));
  }

  private static StackTraceElement frame(String type, int line) {
    return new StackTraceElement(type, "method", "File.java", line);
  }

  @Test
  void isHeldByWhateverItWaitsFor() {
    assertThat(Stream.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING))
        .allMatch(state -> new LoopSample(state, Duration.ZERO, List.of()).isHeld());
  }

  @Test
  void isHeldByLongWork() {
    assertThat(running(100, frame("app.Prices", 7)).isHeld()).isTrue();
  }

  @Test
  void isHeldByBlockingInput() {
    assertThat(running(0, frame("sun.nio.ch.Net", NATIVE), frame("app.Database", 7)).isHeld())
        .isTrue();
  }

  @Test
  void isOnlyLateWhileItHasHadLittleTimeToWork() {
    assertThat(running(20, frame("app.Prices", 7)).isHeld()).isFalse();
    assertThat(running(0, frame("java.lang.Throwable", NATIVE)).isHeld()).isFalse();
    assertThat(running(0).isHeld()).isFalse();
  }

  @Test
  void isOnlyLateWhileItHasNotEvenWokenUp() {
    assertThat(running(0, frame("io.netty.channel.epoll.Native", NATIVE)).isHeld()).isFalse();
    assertThat(
            running(0, frame("sun.nio.ch.EPoll", NATIVE), frame("sun.nio.ch.SelectorImpl", 130))
                .isHeld())
        .isFalse();
  }
}
