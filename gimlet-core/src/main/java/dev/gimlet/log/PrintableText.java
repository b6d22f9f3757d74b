package dev.gimlet.log;

/// What a stranger sent, made safe to print in one line of a log or a terminal.
public final class PrintableText {
  private static final int MAX_LENGTH = 200;

  private PrintableText() {}

  /// Control and formatting characters become escapes; what is longer than 200 characters is cut.
  public static String of(String text) {
    var printable = new StringBuilder();
    text.codePoints().limit(MAX_LENGTH).forEach(point -> append(printable, point));
    return text.length() > MAX_LENGTH ? printable + "…" : printable.toString();
  }

  private static void append(StringBuilder printable, int point) {
    boolean dangerous =
        switch (Character.getType(point)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE,
              Character.UNASSIGNED ->
              true;
          default -> false;
        };
    if (dangerous) {
      printable.append(String.format("\\u%04x", point));
    } else {
      printable.appendCodePoint(point);
    }
  }
}
