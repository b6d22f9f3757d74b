package dev.gimlet.server;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a time such as `500ms`, `3s`, `2m` or `0`.
final class TimeConverter implements ITypeConverter<Duration> {

  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  @Override
  public Duration convert(String value) {
    Matcher parts = TIME.matcher(value.equals("0") ? "0s" : value);
    if (!parts.matches()) {
      throw new TypeConversionException(
          "'" + value + "' is no time: write a number and ms, s or m, like 3s");
    }
    long count = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      default -> Duration.ofMinutes(count);
    };
  }
}
