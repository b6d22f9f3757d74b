package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ServerAddressesTest {
  @Test
  void beginWithTheLocalOne() {
    assertThat(ServerAddresses.of("http", bound("0.0.0.0")).getFirst())
        .isEqualTo("http://localhost:81");
  }

  @Test
  void areOnlyTheLocalOneOnLoopback() {
    assertThat(ServerAddresses.of("http", bound("127.0.0.1")))
        .containsExactly("http://localhost:81");
  }

  @Test
  void areTheOneThatWasBound() {
    assertThat(ServerAddresses.of("http", bound("192.0.2.1")))
        .containsExactly("http://192.0.2.1:81");
  }

  @Test
  void haveBracketsInVersionSix() {
    assertThat(ServerAddresses.of("http", bound("2001:db8::1")))
        .containsExactly("http://[2001:db8:0:0:0:0:0:1]:81");
  }

  @Test
  void areSecureWithTls() {
    assertThat(ServerAddresses.of("https", bound("127.0.0.1")))
        .containsExactly("https://localhost:81")
        .allMatch(ServerAddresses::isLocal);
  }

  private static InetSocketAddress bound(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 81);
  }
}
