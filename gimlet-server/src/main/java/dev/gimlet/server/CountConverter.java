package dev.gimlet.server;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a limit: a number from 1 on.
final class CountConverter implements ITypeConverter<Integer> {

  @Override
  public Integer convert(String text) {
    if (!text.matches("0*[1-9][0-9]{0,8}")) {
      throw new TypeConversionException("\"" + text + "\" is no limit: write a number from 1 on");
    }
    return Integer.valueOf(text);
  }
}
