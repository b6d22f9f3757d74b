package dev.gimlet.benchmarks;

import java.util.ArrayList;
import java.util.List;

/// The options of the JVMs, in one place: the same for every server that runs on one.
final class JavaOptions {

  /// For speed. One core leaves the JVM no other choice of collector; it is named to be certain.
  /// The young generation fits into the processor's cache, or nearly.
  static final List<String> SPEED = with("-Xms1g", "-Xmx1g", "-Xmn64m");

  /// For memory: a small young generation that is in use from the start, a heap that shrinks, and
  /// no optimizing compiler, so that what grows are the connections and not the garbage of their
  /// opening handshakes or the compiler's working memory.
  static final List<String> MEMORY =
      with(
          "-Xms12m",
          "-Xmx1g",
          "-Xmn8m",
          "-XX:+AlwaysPreTouch",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10",
          "-XX:TieredStopAtLevel=1");

  /// For the load generator.
  static final List<String> GENERATOR = with("-Xms512m", "-Xmx512m", "-Xmn256m");

  private JavaOptions() {}

  static List<String> of(Case which) {
    return which.kind() == Case.Kind.IDLE ? MEMORY : SPEED;
  }

  private static List<String> with(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "-Dio.netty.leakDetection.level=disabled"));
    options.addAll(List.of(more));
    return List.copyOf(options);
  }
}
