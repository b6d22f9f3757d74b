package dev.gimlet.server;

import dev.gimlet.websocket.AllowedOrigin;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an origin, or `*` for any.
final class OriginConverter implements ITypeConverter<String> {

  static final String ANY = "*";

  @Override
  public String convert(String text) {
    try {
      return text.equals(ANY) ? text : AllowedOrigin.parse(text).toString();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage() + "; or '*' for any origin");
    }
  }
}
