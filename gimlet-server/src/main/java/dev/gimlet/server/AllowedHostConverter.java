package dev.gimlet.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a name or an address as a Host field has it, without a port.
final class AllowedHostConverter implements ITypeConverter<String> {

  private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._-]+");
  private static final Pattern IPV6 =
      Pattern.compile("\\[?([0-9A-Fa-f.]*(?::[0-9A-Fa-f.]*){2,})]?");

  @Override
  public String convert(String text) {
    Matcher address = IPV6.matcher(text);
    if (address.matches()) {
      return "[" + address.group(1) + "]";
    }
    if (!NAME.matcher(text).matches()) {
      throw new TypeConversionException(
          "\""
              + text
              + "\" is not a host: write it like chat.example or 127.0.0.1, without http:// and"
              + " without a port");
    }
    return text;
  }
}
