package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.testing.Slow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ProgramRunTest {
  @Test
  void takesThePortOfThePropertyFirst() {
    assertThat(ProgramRun.port(Optional.of("9000"), 8080)).isEqualTo(9000);
    assertThat(ProgramRun.port(Optional.empty(), 8080)).isEqualTo(8080);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http", "-1", "65536", "80 80"})
  void refusesAPropertyThatIsNoPort(String property) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramRun.port(Optional.of(property), 8080))
        .withMessageContaining("65535");
  }

  @Nested
  class AsAProcess {
    @Test
    void stopsCleanlyWhenTerminated() throws Exception {
      try (SampleProcess program = SampleProcess.start(0);
          RawWebSocket webSocket = RawWebSocket.connect(program.port(), "/ws")) {
        program.terminate();

        assertThat(webSocket.readUntilClose()).isEqualTo(1001);
        webSocket.write(
            RawWebSocket.frame(RawWebSocket.CLOSE, RawWebSocket.closePayload(1001, "")));
        assertThat(program.exitCode()).isZero();
      }
    }

    @Test
    @Slow
    void stopsInTimeWhateverItsClientsDo() throws Exception {
      try (SampleProcess program = SampleProcess.start(0)) {
        int port = program.port();
        try (RawWebSocket silent = RawWebSocket.connect(port, "/ws");
            RawHttp waiting = RawHttp.connect(port)) {
          waiting.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
          silent.send("are you there?");
          silent.read();
          Instant told = Instant.now();
          program.terminate();

          assertThat(program.exitCode()).isZero();
          assertThat(Duration.between(told, Instant.now())).isLessThan(Duration.ofSeconds(10));
        }
      }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void exitsAtOnceWhenToldAgain() throws Exception {
      try (SampleProcess program = SampleProcess.start(0);
          RawWebSocket silent = RawWebSocket.connect(program.port(), "/ws")) {
        try (RawHttp waiting = RawHttp.connect(program.port())) {
          waiting.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
          program.terminate();
          assertThat(silent.readUntilClose()).isEqualTo(1001); // it has heard the first
          Instant toldAgain = Instant.now();
          program.terminateAgain();

          assertThat(program.exitCode()).isEqualTo(128 + 15);
          assertThat(Duration.between(toldAgain, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }
      }
    }

    @Test
    void keepsTheExitCodeOfTheProgram() throws Exception {
      try (SampleProcess program = SampleProcess.start(0)) {
        RawHttp.get(program.port(), "/exit");

        assertThat(program.exitCode()).isEqualTo(3);
      }
    }

    @Test
    void saysInOneLineWhyItCannotStart() throws Exception {
      try (RunningServer other = Gimlet.bare().start(0);
          SampleProcess program = SampleProcess.start(other.port())) {
        assertThat(program.lines())
            .containsExactly(
                "gimlet: port %1$d is in use: stop the other program or choose another port, such as %2$d: --port %2$d for gimlet serve, GIMLET_JAVA_OPTS=-Dgimlet.port=%2$d for gimlet run"
                    .formatted(other.port(), other.port() + 1));
        assertThat(program.exitCode()).isEqualTo(1);
      }
    }

    @Test
    void saysInOneLineThatTheModeIsUnknown() throws Exception {
      try (SampleProcess program = SampleProcess.start(0, Map.of("GIMLET_MODE", "foo"))) {
        assertThat(program.lines())
            .containsExactly("gimlet: GIMLET_MODE is \"foo\", use dev or prod");
        assertThat(program.exitCode()).isEqualTo(1);
      }
    }
  }
}
