package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.http.HttpLimits;
import dev.gimlet.http.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {
  @Test
  void haveDefaults() {
    ServerOptions options = ServerOptions.defaults();

    assertThat(options.host()).isEqualTo("0.0.0.0");
    assertThat(options.port()).isEqualTo(8080);
    assertThat(options.limits())
        .isEqualTo(
            new HttpLimits(8 << 10, 100, 1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(60)));
    assertThat(options.connectionLimits().perAddress()).isEqualTo(1000);
    assertThat(options.maxContextTakeovers()).isEqualTo(1000);
    assertThat(options.webSocket().anyOriginAllowed()).isFalse();
    assertThat(options.eventLoops()).isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void takeOnlyPorts(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerOptions.builder().port(port))
        .withMessageContaining("use 1 to 65535");
  }

  @Test
  void takeOnlyAHostAndAnEventLoop() {
    assertThatIllegalArgumentException().isThrownBy(() -> ServerOptions.builder().host(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> ServerOptions.builder().eventLoops(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerOptions.builder().maxContextTakeovers(-1));
  }

  @Test
  void takeAnHourToDrainAtMost() {
    Duration hour = Duration.ofHours(1);

    assertThat(ServerOptions.defaults().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(ServerOptions.builder().drainTimeout(hour).build().drainTimeout()).isEqualTo(hour);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerOptions.builder().drainTimeout(hour.plusNanos(1)))
        .withMessageContaining("from 0 to");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerOptions.builder().drainTimeout(Duration.ofNanos(-1)));
  }

  @Test
  void haveTlsWhenBothFilesAreNamed() {
    Path certificate = Path.of("cert.pem");
    Path key = Path.of("key.pem");

    assertThat(ServerOptions.defaults().tls()).isEmpty();
    assertThat(ServerOptions.builder().tls(certificate, key).build().tls())
        .hasValue(new TlsFiles(certificate, key));
  }

  @Test
  void handOriginsOnToWebSockets() {
    ServerOptions options =
        ServerOptions.builder().allowOrigins("https://a.example").allowAnyOrigin().build();

    assertThat(options.webSocket().allowedOrigins()).hasSize(1);
    assertThat(options.webSocket().anyOriginAllowed()).isTrue();
  }

  @Test
  void haveAModeByName() {
    assertThat(Mode.parse("dev")).isEqualTo(Mode.DEV);
    assertThat(Mode.parse(" PROD ")).isEqualTo(Mode.PROD);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mode.parse("release"))
        .withMessage("GIMLET_MODE is \"release\", use dev or prod");
  }
}
