package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReasonTest {
  @ParameterizedTest
  @CsvSource({
    "a.example: Name or service not known, cannot find the host a.example: Name or service not known",
    "a.example: Temporary failure in name resolution, cannot find the host a.example: Temporary failure in name resolution",
    "a.example, cannot find the host a.example",
    ", cannot find the host a.example"
  })
  void ofANameIsWhatTheSystemSaysOfIt(String said, String reason) {
    assertThat(FailureReason.ofResolving("a.example", new UnknownHostException(said)))
        .isEqualTo(reason);
  }

  @Test
  void ofAChannelThatCouldNotBeMadeIsWhatKeptItFromThat() {
    IOException none = new IOException("newSocket(..) failed with error(-24): Too many open files");
    Throwable wrapped = new InvocationTargetException(new ChannelException(none));

    assertThat(FailureReason.ofConnecting(new ChannelException("no channel", wrapped)))
        .isEqualTo("Too many open files");
  }

  @Test
  void ofAChannelWithoutACauseIsItsOwn() {
    assertThat(FailureReason.ofConnecting(new ChannelException("no channel")))
        .isEqualTo("no channel");
  }

  @Test
  void ofTlsThatThePeerEndsIsThat() {
    assertThat(FailureReason.ofTls(new ClosedChannelException()))
        .isEqualTo("the connection ended during the handshake");
  }

  @Test
  void ofACertificateIsOneLineWhateverItSays() {
    Throwable strange = new CertificateException("No name matching a\u001b[31m\u202eb found");

    assertThat(FailureReason.ofTls(strange))
        .isEqualTo(
            "the server's certificate is for another host: "
                + "No name matching a\\u001b[31m\\u202eb found");
  }
}
