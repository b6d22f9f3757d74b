package dev.gimlet;

import dev.gimlet.exchange.FailureAnswer;
import dev.gimlet.http.Context;
import dev.gimlet.http.Handler;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.Middleware;
import dev.gimlet.log.PrintableText;
import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Prints a line per request: time, status, latency, client, method and path.
///
/// Thread-safe: it has no state, and each line is printed with one call.
final class RequestLog implements Middleware {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd - HH:mm:ss", Locale.ROOT);
  private static final String RESET = "\u001b[0m";

  private final PrintStream out;
  private final boolean colours;
  private final Clock clock;
  private final LongSupplier nanoTime;

  RequestLog(PrintStream out, boolean colours, Clock clock, LongSupplier nanoTime) {
    this.out = out;
    this.colours = colours;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  static RequestLog toStandardOutput() {
    return new RequestLog(
        System.out, Terminal.hasColours(), Clock.system(ZoneId.systemDefault()), System::nanoTime);
  }

  @Override
  public void handle(Context context, Handler next) throws Exception {
    long start = nanoTime.getAsLong();
    int thrown = 500; // what is answered to a failure that is not for the peer
    try {
      next.handle(context);
    } catch (Throwable failure) {
      thrown = FailureAnswer.to(failure).map(HttpException::status).orElse(thrown);
      throw failure;
    } finally {
      print(context, context.answeredStatus().orElse(thrown), start);
    }
  }

  private void print(Context context, int status, long start) {
    out.println(
        "[gimlet] "
            + LocalDateTime.now(clock).format(TIME)
            + " |"
            + inColour(statusColour(status), " " + status + " ")
            + "| "
            + String.format("%10s", latency(nanoTime.getAsLong() - start))
            + " | "
            + String.format("%15s", context.clientAddress().getHostString())
            + " |"
            + inColour("36", String.format(" %-7s ", context.method()))
            + "\""
            + PrintableText.of(context.path())
            + "\"");
  }

  private String inColour(String colour, String text) {
    return colours ? "\u001b[" + colour + "m" + text + RESET : text;
  }

  private static String statusColour(int status) {
    return switch (status / 100) {
      case 1, 2 -> "97;42";
      case 3 -> "90;47";
      case 4 -> "90;43";
      default -> "97;41";
    };
  }

  /// Three significant digits, in the unit that suits.
  static String latency(long nanos) {
    if (nanos < 1_000_000) {
      return String.format(Locale.ROOT, "%.1fµs", nanos / 1e3);
    }
    return nanos < 1_000_000_000
        ? String.format(Locale.ROOT, "%.2fms", nanos / 1e6)
        : String.format(Locale.ROOT, "%.2fs", nanos / 1e9);
  }
}
