package dev.gimlet.benchmarks;

import java.util.ArrayList;
import java.util.List;

/// The options of the JVMs, in one place: the same for every server that runs on one.
final class JavaOptions {

  /// For speed. One core leaves the JVM no other choice of collector; it is named to be certain.
  static final List<String> SPEED = with("-Xms1g", "-Xmx1g");

  /// For memory: a small young generation and a heap that shrinks, so that what is left after a
  /// collection are the connections and not the garbage of their opening handshakes.
  static final List<String> MEMORY =
      with("-Xms32m", "-Xmx1g", "-Xmn16m", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

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
