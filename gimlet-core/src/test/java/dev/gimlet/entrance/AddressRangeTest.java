package dev.gimlet.entrance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0, true",
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 9.255.255.255, false",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "192.0.2.6/31, 192.0.2.7, true",
    "192.0.2.6/31, 192.0.2.8, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "172.16.0.0/12, 172.31.255.255, true",
    "172.16.0.0/12, 172.32.0.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 203.0.113.9, false",
    "::/0, 2001:db8::1, true",
    "::1, ::1, true",
    "::1, ::2, false",
    "::1, 0:0:0:0:0:0:0:1, true",
    "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8:0:8000::/49, 2001:db8:0:7fff::, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "::ffff:10.0.0.0/104, 11.1.2.3, false",
    "::ffff:a00:1, 10.0.0.1, true"
  })
  void containsWhatBeginsWithItsBits(String range, String address, boolean contained) {
    InetAddress parsed = IpLiteral.parse(address).orElseThrow();

    assertThat(AddressRange.parse(range).contains(parsed)).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.0/a",
        "10/8",
        "010.0.0.1",
        "10.0.0.256",
        "10.0.0",
        "localhost",
        "*",
        "::1/129",
        "::1/",
        "[::1]",
        "fe80::1%0",
        ":::",
        "1::2::3",
        "::ffff:10.0.0.0/95",
        "0x7f.0.0.1",
        " 10.0.0.1",
        "::ffff:1.2.3"
      })
  void refusesWhatIsNone(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRange.parse(text))
        .withMessageContaining("write one like 10.0.0.0/8");
  }

  @Test
  void refusesBitsThatWouldNotCount() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRange.parse("10.1.2.3/8"))
        .withMessage("\"10.1.2.3/8\" has bits beyond its first 8: write 10.0.0.0/8");
  }

  @Test
  void takesAMappedAddressOfASocketForIpv4() throws UnknownHostException {
    byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
    InetAddress mapped = Inet6Address.getByAddress(null, bytes, -1);

    assertThat(AddressRange.parse("10.0.0.0/8").contains(mapped)).isTrue();
    assertThat(AddressBlock.of(mapped)).isEqualTo(block("10.1.2.3"));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "2001:db8:1:2::1, 2001:db8:1:1:ffff:ffff:ffff:ffff, false",
    "::ffff:10.0.0.1, 10.0.0.1, true",
    "0.0.0.1, ::, false",
    "::1, ::2, true"
  })
  void ofOneAddressIsABlockOf64BitsOfIpv6(String one, String other, boolean same) {
    assertThat(block(one).equals(block(other))).isEqualTo(same);
  }

  private static AddressBlock block(String address) {
    return AddressBlock.of(IpLiteral.parse(address).orElseThrow());
  }
}
