package dev.gimlet.server;

import dev.gimlet.ServerOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an IP address or a range of them.
final class AddressRangeConverter implements ITypeConverter<String> {

  @Override
  public String convert(String text) {
    try {
      ServerOptions.builder().trustedProxies(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
