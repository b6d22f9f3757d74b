package dev.gimlet;

import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Counts what is logged in this process, and keeps it from the console meanwhile.
///
/// Thread-safe: one atomic number.
final class LogLines extends Handler implements AutoCloseable {

  private static final Logger ROOT = Logger.getLogger("");

  private final AtomicLong lines = new AtomicLong();
  private final Handler[] others = ROOT.getHandlers();

  private LogLines() {}

  static LogLines capture() {
    LogLines lines = new LogLines();
    for (Handler other : lines.others) {
      ROOT.removeHandler(other);
    }
    ROOT.addHandler(lines);
    return lines;
  }

  long count() {
    return lines.get();
  }

  @Override
  public void publish(LogRecord line) {
    lines.incrementAndGet();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
    for (Handler other : others) {
      ROOT.addHandler(other);
    }
  }
}
