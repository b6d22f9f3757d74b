package dev.gimlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Floods;
import dev.gimlet.testing.Slow;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that has no file descriptors left for another connection.
@Timeout(60)
@EnabledOnOs(OS.LINUX)
@Slow
final class DescriptorsTest {

  private static final int LIMIT = 256;

  // A second of pause; the rest is for a busy machine.
  private static final Duration RECOVERY = Duration.ofSeconds(5);
  private static final Duration WATCHED = Duration.ofMillis(Floods.of(1000, 10_000));

  @ParameterizedTest
  @ValueSource(strings = {"-Dgimlet.test=native", "-Dio.netty.transport.noNative=true"})
  @SuppressWarnings("ThreadSleep")
  void pausesAcceptingWithoutSpinningAndRecovers(String transport) throws Exception {
    List<Socket> dials = new ArrayList<>();
    try (ChildServer server =
            ChildServer.start("ulimit -n " + LIMIT, List.of(transport), "25000", "8000");
        RawWebSocket old = RawWebSocket.connect(server.port(), "/echo")) {
      old.send("first"); // its classes are loaded from files
      assertThat(old.read().text()).isEqualTo("first");
      for (int i = 0; i < Floods.of(400, 1000); i++) {
        dials.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      awaitLog(server);
      assertThat(isRefused(dials.getLast())).isTrue();

      Duration before = server.cpu();
      Thread.sleep(WATCHED); // the time over which the processor is watched
      Duration used = server.cpu().minus(before);
      old.send("still here");

      assertThat(used).isLessThan(WATCHED.dividedBy(5));
      assertThat(old.read().text()).isEqualTo("still here");
      closeAll(dials);
      long released = System.nanoTime();
      assertThat(recovers(server.port())).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - released)).isLessThan(RECOVERY);
      assertThat(server.logged("no connections can be accepted")).isEqualTo(1);
      assertThat(server.linesWith("WARN")).filteredOn(line -> !line.contains("is held")).hasSize(1);
    } finally {
      closeAll(dials);
    }
  }

  @SuppressWarnings("ThreadSleep")
  private static void awaitLog(ChildServer server) throws InterruptedException {
    while (server.logged("no connections can be accepted") == 0) {
      Thread.sleep(10);
    }
  }

  /// Whether new connections are served again in time; the first may be closed once more.
  private static boolean recovers(int port) throws IOException {
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (System.nanoTime() < end) {
      try {
        return pings(port);
      } catch (EOFException | SocketException closed) {
        // once more
      }
    }
    return false;
  }

  /// Whether a new connection is served; it may have to wait until accepting goes on.
  private static boolean pings(int port) throws IOException {
    try (RawWebSocket client = RawWebSocket.dial(port, 0)) {
      client.write("GET /none HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      return client.readHead().startsWith("HTTP/1.1 404");
    }
  }

  /// Whether the server closes a connection that it has no descriptor for, instead of keeping it
  /// waiting.
  private static boolean isRefused(Socket socket) throws IOException {
    socket.setSoTimeout((int) RECOVERY.toMillis());
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
