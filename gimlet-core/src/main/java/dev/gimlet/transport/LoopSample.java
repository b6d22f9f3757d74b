package dev.gimlet.transport;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// What the thread of an event loop was found doing, long after it was given a task. Immutable.
///
/// `worked` is the processor time that it has had since then: on a machine that has too much to do,
/// a loop may be late without anything holding it.
record LoopSample(Thread.State state, Duration worked, List<StackTraceElement> stack) {

  private static final Duration MUCH_WORK = Duration.ofMillis(100);
  private static final Pattern LOADING =
      Pattern.compile(
          "jdk\\.internal\\.loader\\.|java\\.lang\\.(ClassLoader|invoke\\.MethodHandleNatives)$");
  private static final Pattern OF_THE_JVM =
      Pattern.compile("(java\\.(lang|util)|jdk\\.internal)\\.");

  /// Whether something holds the loop: it waits for something, or works on one thing for long.
  ///
  /// What runs for the first time loads its classes, once, however long that takes on a slow
  /// machine: nobody can do anything about it.
  boolean isHeld() {
    if (state == Thread.State.RUNNABLE && isLoadingClasses()) {
      return false;
    }
    boolean waits = state != Thread.State.RUNNABLE || isInForeignCode();
    return waits || worked.compareTo(MUCH_WORK) >= 0;
  }

  private boolean isLoadingClasses() {
    return stack.stream().anyMatch(frame -> LOADING.matcher(frame.getClassName()).lookingAt());
  }

  /// Blocking input and output looks like running to the JVM. Netty's own never blocks, but for the
  /// wait for something to do.
  private boolean isInForeignCode() {
    return !stack.isEmpty() && stack.getFirst().isNativeMethod() && !isOfTheJvm() && !isOfTheLoop();
  }

  /// Loading a class or filling a stack trace: work, and not for long.
  private boolean isOfTheJvm() {
    return OF_THE_JVM.matcher(stack.getFirst().getClassName()).lookingAt();
  }

  private boolean isOfTheLoop() {
    return stack.getFirst().getClassName().startsWith("io.netty.")
        || stack.stream().anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.SelectorImpl"));
  }
}
