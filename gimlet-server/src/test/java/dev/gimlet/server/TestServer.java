package dev.gimlet.server;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.server.metrics.ServerMetrics;
import dev.gimlet.server.rooms.ApiKeys;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// The server's routes at a port of this machine.
final class TestServer implements AutoCloseable {

  // Passes between two looks at the metrics, so that each tells what is now.
  private static final long LONG_NANOS = Duration.ofHours(1).toNanos();

  private final RunningServer server;
  private final ServerMetrics metrics;

  private TestServer(RunningServer server, ServerMetrics metrics) {
    this.server = server;
    this.metrics = metrics;
  }

  static TestServer start() {
    return start(0);
  }

  static TestServer start(int port) {
    return start(port, ServerOptions.builder());
  }

  static TestServer start(int port, ServerOptions.Builder options) {
    return start(port, options, ApiKeys.NONE);
  }

  static TestServer start(int port, ServerOptions.Builder options, ApiKeys keys) {
    return start(port, options, HostCheck.NONE, keys);
  }

  static TestServer start(HostCheck hosts) {
    return start(0, ServerOptions.builder(), hosts, ApiKeys.NONE);
  }

  private static TestServer start(
      int port, ServerOptions.Builder options, HostCheck hosts, ApiKeys keys) {
    AtomicLong nanos = new AtomicLong();
    ServerMetrics metrics = new ServerMetrics(() -> nanos.addAndGet(LONG_NANOS));
    Gimlet app = Gimlet.bare(options.host("127.0.0.1").events(metrics).build());
    ServerRoutes.register(app, hosts, keys);
    metrics.watch(app::roomCounts);
    ServerRoutes.registerMetrics(app, metrics);
    return new TestServer(app.start(port), metrics);
  }

  int port() {
    return server.port();
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  URI ws(String path) {
    return URI.create("ws://127.0.0.1:" + port() + path);
  }

  @Override
  public void close() {
    server.close();
    metrics.close();
  }
}
