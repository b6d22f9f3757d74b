package dev.gimlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.Handler;
import dev.gimlet.http.StaticFiles;
import dev.gimlet.routing.PathPattern;
import dev.gimlet.routing.Route;
import dev.gimlet.routing.RouteTree;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BannerTest {
  private final RouteTree routes = new RouteTree();

  @BeforeEach
  void addRoutes() {
    add("GET", "/ping", _ -> {});
    add("GET", "/chat", new RouteGroup.WebSocketRoute(_ -> {}));
    add("GET", "/pages/*path", StaticFiles.classPath("static-files"));
    add(Route.ANY, "/rest", _ -> {});
  }

  @Test
  void saysWhereTheServerIs() {
    assertThat(print(Mode.DEV, "0.0.0.0"))
        .containsPattern("  Gimlet \\S+.*  (epoll|kqueue|nio)  dev  ready in \\d+ ms\n")
        .contains("  Local    http://localhost:8081\n")
        .contains("  Page     http://localhost:8081/pages/\n");
  }

  @Test
  void namesTheHostWhenThereIsOnlyOne() {
    assertThat(print(Mode.DEV, "192.0.2.1"))
        .contains("  Network  http://192.0.2.1:8081\n")
        .doesNotContain("localhost");
  }

  @Test
  void saysHttpsWithTls() {
    ServerOptions options =
        ServerOptions.builder().tls(Path.of("cert.pem"), Path.of("key.pem")).build();

    assertThat(print(options, "0.0.0.0"))
        .containsPattern("(epoll|kqueue|nio)  tls (jdk|boringssl)  dev")
        .contains("  Local    https://localhost:8081\n")
        .contains("  Page     https://localhost:8081/pages/\n")
        .doesNotContain("http://");
  }

  @Test
  void listsTheRoutes() {
    assertThat(print(Mode.DEV, "0.0.0.0"))
        .containsPattern("\n  GET     /ping +--> handler \\(Main.java:7\\)\n")
        .containsPattern("\n  WS      /chat +--> WebSocket \\(Main.java:7\\)\n")
        .containsPattern("\n  GET     /pages/\\*path +--> StaticFiles \\(Main.java:7\\)\n")
        .containsPattern("\n  ANY     /rest +--> handler \\(Main.java:7\\)\n");
  }

  @Test
  void isShortInProduction() {
    assertThat(print(Mode.PROD, "0.0.0.0")).contains("  prod  ").doesNotContain("/ping");
  }

  @Test
  void hasNoColoursInAPipe() {
    assertThat(print(Mode.DEV, "0.0.0.0")).doesNotContain("\u001b");
  }

  private void add(String method, String path, Handler handler) {
    routes.add(new Route(method, PathPattern.parse(path), handler, List.of(), "Main.java:7"));
  }

  private String print(Mode mode, String host) {
    return print(ServerOptions.builder().mode(mode).build(), host);
  }

  private String print(ServerOptions options, String host) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    new Banner(new PrintStream(printed, true, UTF_8), false, options, routes)
        .print(new InetSocketAddress(host, 8081));
    return printed.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }
}
