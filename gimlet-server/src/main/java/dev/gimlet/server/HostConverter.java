package dev.gimlet.server;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an address or a host name; whether this machine has it shows when the server starts.
final class HostConverter implements ITypeConverter<String> {

  @Override
  public String convert(String text) {
    if (!text.matches("[0-9A-Za-z._:%-]+")) {
      throw new TypeConversionException(
          "\"" + text + "\" is not a host: write an address or a name, such as 127.0.0.1");
    }
    return text;
  }
}
