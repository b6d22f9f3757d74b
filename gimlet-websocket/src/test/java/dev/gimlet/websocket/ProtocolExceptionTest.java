package dev.gimlet.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtocolExceptionTest {

  @Test
  void isAnsweredWithItsCodeAndRule() {
    var fault = new ProtocolException(1002, "unmasked frame from a client");

    assertThat(fault.closeStatus()).isEqualTo(CloseStatus.of(1002, "unmasked frame from a client"));
    assertThat(fault).hasMessage("unmasked frame from a client");
  }

  @Test
  void cutsALongRuleForTheCloseFrame() {
    var fault = new ProtocolException(1002, "x".repeat(200));

    assertThat(fault.closeStatus().reason().getBytes(UTF_8)).hasSize(123);
    assertThat(fault).hasMessage("x".repeat(200));
  }

  @Test
  void walksNoStack() {
    assertThat(new ProtocolException(1009, "too big").getStackTrace()).isEmpty();
  }
}
