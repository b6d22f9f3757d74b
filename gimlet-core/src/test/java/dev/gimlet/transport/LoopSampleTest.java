package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoopSampleTest {

  private static final int NATIVE = -2;
  private static final StackTraceElement LOADER =
      new StackTraceElement("jdk.internal.loader.BuiltinClassLoader", "loadClass", "File.java", 7);

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
  void isNotHeldByTheLoadingOfClasses() {
    StackTraceElement callback = frame("app.Prices", 7);

    assertThat(running(500, frame("java.util.zip.Inflater", NATIVE), LOADER, callback).isHeld())
        .isFalse();
    assertThat(running(500, frame("java.lang.invoke.MethodHandleNatives", 7), callback).isHeld())
        .isFalse();
    List<StackTraceElement> stack = List.of(LOADER, callback);
    assertThat(new LoopSample(Thread.State.WAITING, Duration.ZERO, stack).isHeld()).isTrue();
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
