package dev.gimlet.server;

/// Why the process ended, for whoever started it; 3 belongs to the launcher: no JDK 25.
final class ExitCode {

  static final int STOPPED = 0;
  static final int COULD_NOT_START = 1;
  static final int FAILED = 1;
  static final int BAD_COMMAND_LINE = 2;

  private ExitCode() {}
}
