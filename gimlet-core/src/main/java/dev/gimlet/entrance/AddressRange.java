package dev.gimlet.entrance;

import java.net.InetAddress;
import java.util.Optional;

/// All IP addresses that begin with the same bits, such as `10.0.0.0/8` or `::1`. Immutable.
public record AddressRange(InetAddress first, int bits) {
  private static final int MAPPED_BITS = 96; // of IPv6, in front of an IPv4 address

  /// Reads an address, or an address and the number of bits that count.
  ///
  /// @throws IllegalArgumentException when it is no such range; the message says what to write
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = IpLiteral.parse(literal).orElseThrow(() -> malformed(text));
    int width = address.getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return new AddressRange(address, width);
    }
    int bits = bits(text.substring(slash + 1)).orElseThrow(() -> malformed(text));
    boolean mapped = width == 32 && literal.contains(":");
    return checked(text, address, mapped ? bits - MAPPED_BITS : bits, width);
  }

  private static Optional<Integer> bits(String text) {
    return text.matches("[0-9]{1,3}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static AddressRange checked(String text, InetAddress address, int bits, int width) {
    if (bits < 0 || bits > width) {
      throw malformed(text);
    }
    InetAddress first = IpLiteral.of(masked(address.getAddress(), bits));
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          "\"%s\" has bits beyond its first %d: write %s/%d"
              .formatted(text, bits, first.getHostAddress(), bits));
    }
    return new AddressRange(first, bits);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "\""
            + text
            + "\" is no range of IP addresses: write one like 10.0.0.0/8, 192.0.2.7 or ::1");
  }

  /// Whether an address is in the range.
  boolean contains(InetAddress address) {
    byte[] bytes = IpLiteral.plain(address).getAddress();
    return bytes.length == first.getAddress().length
        && IpLiteral.of(masked(bytes, bits)).equals(first);
  }

  /// The address with zeros in place of all but the first bits.
  private static byte[] masked(byte[] address, int bits) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.clamp(bits - i * Byte.SIZE, 0, Byte.SIZE);
      masked[i] &= (byte) (0xFF << (Byte.SIZE - kept));
    }
    return masked;
  }
}
