package dev.gimlet.server;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a TCP port; 0 asks the system for a free one.
final class PortConverter implements ITypeConverter<Integer> {

  private static final int MAX_PORT = 0xFFFF;

  @Override
  public Integer convert(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
      throw new TypeConversionException(
          "\"" + text + "\" is not a port: write a number from 1 to 65535, or 0 for any free port");
    }
    return Integer.valueOf(text);
  }
}
