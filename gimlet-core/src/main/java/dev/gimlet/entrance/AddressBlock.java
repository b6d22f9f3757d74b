package dev.gimlet.entrance;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/// What counts as one address: an IPv4 address, or the first 64 bits of an IPv6 address.
///
/// Whoever has one address of IPv6 has 2⁶⁴ of them. Immutable.
record AddressBlock(boolean ipv6, long bits) {
  static AddressBlock of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(IpLiteral.plain(address).getAddress());
    return bytes.capacity() == Integer.BYTES
        ? new AddressBlock(false, bytes.getInt())
        : new AddressBlock(true, bytes.getLong());
  }
}
