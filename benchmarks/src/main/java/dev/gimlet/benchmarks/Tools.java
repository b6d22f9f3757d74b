package dev.gimlet.benchmarks;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Programs of this machine that are asked for something.
final class Tools {

  private Tools() {}

  /// The JVM that runs this.
  static String java() {
    return jdk("java");
  }

  static String jdk(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  /// What a program prints first; empty when there is no such program or it fails.
  static Optional<String> firstLine(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      List<String> lines = process.inputReader().lines().toList();
      return process.waitFor() == 0 ? lines.stream().findFirst() : Optional.empty();
    } catch (IOException missing) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  static String read(Path file) {
    try (Reader in = Files.newBufferedReader(file)) { // a sysctl tells all in one read or nothing
      return in.readAllAsString();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
