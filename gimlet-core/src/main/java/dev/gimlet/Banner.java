package dev.gimlet;

import dev.gimlet.RouteGroup.WebSocketRoute;
import dev.gimlet.http.Handler;
import dev.gimlet.http.StaticFiles;
import dev.gimlet.routing.Route;
import dev.gimlet.routing.RouteTree;
import dev.gimlet.transport.TlsProvider;
import dev.gimlet.transport.Transport;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// What a program prints when it has started: where to find it, and what it serves. Immutable.
final class Banner {
  private static final int FEW_DESCRIPTORS = 4096; // each connection takes one

  private final PrintStream out;
  private final boolean colours;
  private final ServerOptions options;
  private final RouteTree routes;

  Banner(PrintStream out, boolean colours, ServerOptions options, RouteTree routes) {
    this.out = out;
    this.colours = colours;
    this.options = options;
    this.routes = routes;
  }

  static Banner toStandardOutput(ServerOptions options, RouteTree routes) {
    return new Banner(System.out, Terminal.hasColours(), options, routes);
  }

  /// One line instead of a banner: why there is no server.
  static void printFailure(Exception failure) {
    System.err.println("gimlet: " + failure.getMessage());
  }

  /// Nothing printed is lost when the process ends now.
  static void flush() {
    System.out.flush();
    System.err.flush();
  }

  void print(InetSocketAddress address) {
    out.println();
    out.println("  " + headline());
    out.println();
    List<String> origins =
        ServerAddresses.of(options.tls().isPresent() ? "https" : "http", address);
    origins.forEach(
        origin -> printLine(ServerAddresses.isLocal(origin) ? "Local" : "Network", origin));
    pages().forEach(page -> printLine("Page", origins.getFirst() + page));
    if (options.mode() == Mode.DEV && !routes.routes().isEmpty()) {
      out.println();
      routes.routes().forEach(route -> out.println("  " + describe(route)));
    }
    warnOfFewDescriptors();
    out.println();
    out.flush();
  }

  private String headline() {
    String transport = Transport.best().name().toLowerCase(Locale.ROOT);
    return (colours ? "\u001b[1;36mGimlet\u001b[0m " : "Gimlet ")
        + Version.current()
        + "  "
        + transport
        + tls()
        + "  "
        + options.mode()
        + "  ready in "
        + sinceProcessStart().toMillis()
        + " ms";
  }

  private String tls() {
    return options.tls().isEmpty()
        ? ""
        : "  tls " + TlsProvider.best().name().toLowerCase(Locale.ROOT);
  }

  private static Duration sinceProcessStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .orElse(Duration.ZERO);
  }

  private void printLine(String label, String text) {
    out.println(String.format("  %-8s %s", label, text));
  }

  /// The folders of files: most have an index page.
  private List<String> pages() {
    return routes.routes().stream()
        .filter(route -> route.handler() instanceof StaticFiles)
        .map(route -> route.path().text().replaceFirst("\\*.*", ""))
        .toList();
  }

  private static String describe(Route route) {
    boolean webSocket = route.handler() instanceof WebSocketRoute;
    String method = route.method().equals(Route.ANY) ? "ANY" : route.method();
    return String.format(
        "%-7s %-24s --> %s (%s)",
        webSocket ? "WS" : method,
        route.path().text(),
        name(route.handler()),
        route.registeredAt());
  }

  private static String name(Handler handler) {
    if (handler instanceof WebSocketRoute) {
      return "WebSocket";
    }
    Class<?> type = handler.getClass();
    return type.isHidden() || type.isAnonymousClass() ? "handler" : type.getSimpleName();
  }

  private void warnOfFewDescriptors() {
    DescriptorLimit.current()
        .filter(limit -> limit < FEW_DESCRIPTORS)
        .ifPresent(limit -> {
          out.println();
          out.println(
              "  Only "
                  + limit
                  + " files may be open, and each connection is one:"
                  + " raise it with \"ulimit -n 65536\"");
        });
  }
}
