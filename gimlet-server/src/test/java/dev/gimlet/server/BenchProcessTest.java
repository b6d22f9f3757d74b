package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `gimlet bench` and `gimlet connect` as processes of their own, as a user starts them.
@Timeout(120)
class BenchProcessTest {

  private static final int A_FEW = 100;

  @TempDir private Path folder;

  /// What a process said and how it ended.
  record Outcome(int exitCode, String out, String err) {}

  @Test
  void reportsTheTimeSoFarOnCtrlC() throws Exception {
    CountDownLatch messages = new CountDownLatch(A_FEW);
    try (RunningServer server = echo(ServerOptions.builder(), messages)) {
      Process bench =
          start("bench", "ws://127.0.0.1:" + server.port() + "/echo", "--duration", "1m");
      messages.await();

      interrupt(bench);
      Outcome outcome = end(bench);

      assertThat(outcome.exitCode()).isEqualTo(130);
      assertThat(outcome.out()).contains("messages in", "p99.9", "lost 0");
      assertThat(outcome.err()).isEmpty();
    }
  }

  @Slow
  @Test
  void saysThatTheCertificateIsNotTrusted() throws Exception {
    TestCertificate certificate = TestCertificate.create(folder);
    try (RunningServer server =
        echo(
            ServerOptions.builder().tls(certificate.certificate(), certificate.key()),
            new CountDownLatch(0))) {
      String url = "wss://localhost:" + server.port() + "/echo";

      for (String command : List.of("bench", "connect")) {
        Process process = start(command, url);
        process.getOutputStream().close();
        Outcome outcome = end(process);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
            .isEqualToIgnoringNewLines(
                "gimlet: TLS failed: the server's certificate is not trusted: its issuer is"
                    + " unknown; see --tls-trust FILE");
        assertThat(outcome.out()).isEmpty();
      }
      assertThat(
              end(start(
                      "bench",
                      url,
                      "--duration",
                      "100ms",
                      "--tls-trust",
                      certificate.certificate().toString()))
                  .exitCode())
          .isZero();
    }
  }

  @Test
  void closesInOrderOnCtrlC() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (RunningServer server = listening(heard)) {
      Process connect = start("connect", "ws://127.0.0.1:" + server.port() + "/listen");
      Writer input = connect.outputWriter(UTF_8);
      input.write("hello\n");
      input.flush();
      assertThat(heard.take()).isEqualTo("hello");

      interrupt(connect);
      Outcome outcome = end(connect);

      assertThat(heard.take()).isEqualTo("closed with 1000");
      assertThat(outcome.exitCode()).isEqualTo(130);
      assertThat(outcome.err()).isEmpty();
    }
  }

  private static RunningServer listening(BlockingQueue<String> heard) {
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    app.ws(
        "/listen",
        new WebSocketListener() {
          @Override
          public void onMessage(WebSocketConnection connection, Message message) {
            heard.add(((Text) message).value());
          }

          @Override
          public void onClose(WebSocketConnection connection, CloseStatus status) {
            heard.add("closed with " + status.code());
          }
        });
    return app.start(0);
  }

  private static void interrupt(Process process) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  private static RunningServer echo(ServerOptions.Builder options, CountDownLatch messages) {
    Gimlet app = Gimlet.bare(options.host("localhost").build());
    app.ws(
        "/echo",
        WebSocketListener.onMessage((connection, message) -> {
          connection.send(message);
          messages.countDown();
        }));
    return app.start(0);
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      // A build that was started in the background ignores Ctrl-C, and so would this process.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private static Outcome end(Process process) throws Exception {
    try (var out = process.inputReader(UTF_8);
        var err = process.errorReader(UTF_8)) {
      String said = out.readAllAsString();
      String complained = err.readAllAsString();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Outcome(process.exitValue(), said, complained);
    } finally {
      process.destroyForcibly();
    }
  }
}
