package dev.gimlet.server;

import dev.gimlet.server.bench.Bench;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// A bar that is drawn over and over in one line, on a terminal only.
///
/// Owned by the thread of its command.
final class ProgressBar implements Bench.Progress {

  private static final int WIDTH = 30;

  private final PrintWriter err;
  private final boolean visible;
  private int drawn; // characters of the line

  ProgressBar(PrintWriter err, boolean visible) {
    this.err = err;
    this.visible = visible;
  }

  /// Draws there if this process has a terminal.
  static ProgressBar on(PrintWriter err) {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return new ProgressBar(err, terminal);
  }

  @Override
  public void tell(double part, Duration left, long messagesPerSecond) {
    int done = (int) Math.round(WIDTH * part);
    draw(
        String.format(
            Locale.ROOT,
            "[%s%s] %3.0f %%  %,d messages/s  %s left",
            "#".repeat(done),
            " ".repeat(WIDTH - done),
            100 * part,
            messagesPerSecond,
            time(left)));
  }

  /// Never zero while there is time left.
  private static String time(Duration left) {
    long seconds = left.plusMillis(999).toSeconds();
    return seconds < 100
        ? seconds + " s"
        : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
  }

  private void draw(String line) {
    if (visible) {
      err.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
      err.flush();
      drawn = line.length();
    }
  }

  /// Leaves an empty line for what is said next.
  void clear() {
    if (drawn > 0) {
      draw("");
      err.print("\r");
      err.flush();
    }
  }
}
