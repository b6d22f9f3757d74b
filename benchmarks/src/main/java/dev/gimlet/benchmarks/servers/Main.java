package dev.gimlet.benchmarks.servers;

/// Starts one server by name: `Main gimlet-event 8080`.
public final class Main {

  /// The address all servers listen at.
  static final String HOST = "127.0.0.1";

  private Main() {}

  /// Starts the server, which then lives until the process is ended.
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    switch (args[0]) {
      case "gimlet-event" -> GimletEvent.start(port);
      case "gimlet-event-tls" -> GimletEvent.startTls(port);
      case "gimlet-loop" -> GimletLoop.start(port);
      case "netty" -> NettyStock.start(port);
      case "vertx" -> VertxEcho.start(port);
      case "jetty" -> JettyEcho.start(port);
      case "undertow" -> UndertowEcho.start(port);
      case "helidon" -> HelidonEcho.start(port);
      case "raw-java-echo" -> RawJava.start(port, RawJava.Answer.ECHO);
      case "raw-java-fanout" -> RawJava.start(port, RawJava.Answer.FANOUT);
      default -> throw new IllegalArgumentException("no server " + args[0]);
    }
  }
}
