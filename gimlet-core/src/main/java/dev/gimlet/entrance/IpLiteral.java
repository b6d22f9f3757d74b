package dev.gimlet.entrance;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// IP addresses as text, without scopes and without asking the DNS.
public final class IpLiteral {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:.]{2,45}");
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1}; // RFC 4291 §2.5.5.2

  private IpLiteral() {}

  /// Reads an address: four decimal numbers, or IPv6 without brackets.
  public static Optional<InetAddress> parse(String text) {
    if (IPV4.matcher(text).matches()) {
      return Optional.of(Inet4Address.ofLiteral(text));
    }
    if (!IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(plain(Inet6Address.ofLiteral(text)));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /// The IPv4 address that an IPv6 address stands for, or the address itself.
  static InetAddress plain(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean mapped =
        bytes.length == 16 && Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
    return mapped ? of(Arrays.copyOfRange(bytes, MAPPED.length, bytes.length)) : address;
  }

  static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new AssertionError("an address of " + bytes.length + " bytes", impossible);
    }
  }
}
