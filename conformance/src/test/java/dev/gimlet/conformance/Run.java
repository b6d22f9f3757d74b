package dev.gimlet.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// How a program ended, and all that it printed.
record Run(int exitCode, String output) {
  /// The class path of this test, with Gimlet and all it needs.
  static final String CLASS_PATH = System.getProperty("java.class.path");

  static List<String> classPathEntries() {
    return List.of(CLASS_PATH.split(File.pathSeparator));
  }

  /// A program of the JDK that runs this test.
  static String jdkTool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  static Run of(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}
