package dev.gimlet.server.bench;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a run must fulfil, such as `p99<50ms` or `lost==0`. Immutable.
public record Expectation(String text, String figure, String comparison, double bound) {

  private static final int DECIMALS = 3;
  private static final Pattern FORM =
      Pattern.compile("([a-zA-Z0-9.]+) *(<=|>=|==|<|>) *([0-9]+(?:\\.[0-9]+)?)(us|ms|s)?");

  /// Reads one.
  ///
  /// @throws IllegalArgumentException when it is none; the message says how to write it, or names
  ///   all figures
  public static Expectation parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no expectation: write it like 'p99<50ms' or 'lost==0'");
    }
    if (!BenchResult.NAMES.contains(parts.group(1))) {
      throw new IllegalArgumentException(
          "there is no figure '" + parts.group(1) + "': use one of " + BenchResult.NAMES);
    }
    double bound = Double.parseDouble(parts.group(3)) * factor(parts.group(1), parts.group(4));
    return new Expectation(text.strip(), parts.group(1), parts.group(2), bound);
  }

  /// What a bound in that unit is to be multiplied with.
  private static double factor(String figure, @Nullable String unit) {
    if (unit == null && isLatency(figure)) {
      throw new IllegalArgumentException(
          "'" + figure + "' is a time: write it with us, ms or s, like 'p99<50ms'");
    }
    if (unit == null) {
      return 1;
    }
    boolean inSeconds = figure.equals("seconds");
    if (!inSeconds && !isLatency(figure)) {
      throw new IllegalArgumentException("'" + figure + "' is no time: write it without " + unit);
    }
    double millis =
        switch (unit) {
          case "us" -> 0.001;
          case "s" -> 1000;
          default -> 1;
        };
    return inSeconds ? millis / 1000 : millis;
  }

  /// Whether the figures fulfil it; a figure of latency needs at least one message.
  public boolean isMetBy(Map<String, Number> figures) {
    Number found = Objects.requireNonNull(figures.get(figure));
    boolean unknown =
        isLatency(figure) && Objects.requireNonNull(figures.get("received")).longValue() == 0;
    return !unknown && isMet(found.doubleValue());
  }

  /// The figure as people read it, such as `12.346 ms`.
  public String found(Map<String, Number> figures) {
    double found = Objects.requireNonNull(figures.get(figure)).doubleValue();
    String unit = isLatency(figure) ? " ms" : "";
    return rounded(found) + (figure.equals("seconds") ? " s" : unit);
  }

  private static String rounded(double number) {
    return Double.isFinite(number)
        ? BigDecimal.valueOf(number)
            .setScale(DECIMALS, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        : Double.toString(number);
  }

  private static boolean isLatency(String figure) {
    return figure.startsWith("p") || figure.equals("max") || figure.equals("mean");
  }

  private boolean isMet(double value) {
    return switch (comparison) {
      case "<" -> value < bound;
      case "<=" -> value <= bound;
      case ">" -> value > bound;
      case ">=" -> value >= bound;
      default -> value == bound;
    };
  }
}
