package dev.gimlet.server;

import dev.gimlet.server.rooms.ApiKeys;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an API key that is long enough; what is wrong with another one is said without it.
final class ApiKeyConverter implements ITypeConverter<String> {

  @Override
  public String convert(String text) {
    try {
      return ApiKeys.checked(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
