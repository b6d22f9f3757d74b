package dev.gimlet.benchmarks;

import java.util.List;

/// One server that is measured. Immutable.
///
/// @param name on the command line
/// @param title in the table
/// @param version of what it is made of
record Peer(String name, String title, String version, Platform platform, Command command) {

  /// What a server runs on, as far as measuring it differs.
  enum Platform {
    /// Speaks no WebSocket: the limit.
    RAW,
    JVM,
    /// The same, and speaks TLS.
    JVM_TLS,
    OTHER
  }

  /// How a server is started.
  @FunctionalInterface
  interface Command {
    List<String> at(int port, Case which);
  }

  boolean isOnJvm() {
    return platform == Platform.JVM || platform == Platform.JVM_TLS;
  }

  boolean isSecure() {
    return platform == Platform.JVM_TLS;
  }

  /// Whether this is the other one with TLS.
  boolean isSecure(Peer plain) {
    return isSecure() && name.startsWith(plain.name + "-tls");
  }

  boolean isRaw() {
    return platform == Platform.RAW;
  }
}
