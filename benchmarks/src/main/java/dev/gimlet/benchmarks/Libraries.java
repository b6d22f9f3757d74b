package dev.gimlet.benchmarks;

import java.io.File;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The jars that this process, and every server on a JVM, is made of.
final class Libraries {

  private Libraries() {}

  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /// The version in the name of a jar; "" when there is no such jar.
  static String version(String artifact) {
    Matcher jar =
        Pattern.compile(Pattern.quote(File.separator + artifact) + "-(\\d[^/]*?)\\.jar")
            .matcher(classPath());
    return jar.find() ? jar.group(1) : "";
  }
}
