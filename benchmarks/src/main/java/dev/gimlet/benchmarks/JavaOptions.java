package dev.gimlet.benchmarks;

import java.util.ArrayList;
import java.util.List;

/// The options of the JVMs, in one place.
final class JavaOptions {

  /// For every server that runs on one, for speed and for memory: those that `./gimlet serve`
  /// chooses, and no search for leaks.
  static final List<String> SERVER =
      with(
          "-XX:+UseParallelGC",
          "-Xmn32m",
          "-XX:TrimNativeHeapInterval=10000",
          "-XX:+ExitOnOutOfMemoryError");

  /// For the load generator.
  static final List<String> GENERATOR =
      with("-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-Xmn256m");

  private JavaOptions() {}

  private static List<String> with(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "-Dio.netty.leakDetection.level=disabled"));
    options.addAll(List.of(more));
    return List.copyOf(options);
  }
}
