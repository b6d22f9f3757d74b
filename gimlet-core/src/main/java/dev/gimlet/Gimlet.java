package dev.gimlet;

import dev.gimlet.entrance.ConnectionTable;
import dev.gimlet.entrance.Entrance;
import dev.gimlet.exchange.Program;
import dev.gimlet.http.Handler;
import dev.gimlet.http.Middleware;
import dev.gimlet.http.Router;
import dev.gimlet.http.StaticFiles;
import dev.gimlet.room.InMemoryBroker;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomCounts;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.room.Rooms;
import dev.gimlet.spi.Broker;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.transport.HttpServer;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A program: its routes, middleware and rooms, and then the server that runs them.
///
/// ```java
/// var app = Gimlet.create();
/// app.get("/ping", context -> context.json(Map.of("message", "pong")));
/// app.run(8080);
/// ```
///
/// Routes and middleware are registered on one thread, before the start; rooms may be used from
/// any.
public final class Gimlet implements Router {
  private final ServerOptions options;
  private final Registry registry = new Registry();
  private final RouteGroup root = new RouteGroup(registry, "", List.of());
  private final LoggingEvents log = new LoggingEvents();
  private final ServerEvents events;
  private final Rooms rooms;
  private volatile @Nullable RunningServer running; // null before the start
  private final ConnectionTable table = new ConnectionTable();
  private final Connections connections = new Connections(table);

  private Gimlet(ServerOptions options) {
    this.options = Objects.requireNonNull(options, "options");
    events = ServerEvents.all(log, options.events());
    rooms = rooms(options, events);
    registry.note(options.webSocket());
  }

  private static Rooms rooms(ServerOptions options, ServerEvents events) {
    Broker broker = options.broker().orElseGet(InMemoryBroker::create);
    return options
        .presenceStore()
        .or(broker::presenceStore)
        .map(store -> Rooms.create(broker, store, events))
        .orElseGet(() -> Rooms.create(broker, events));
  }

  /// A program with default options, and a log line per request.
  public static Gimlet create() {
    return create(ServerOptions.defaults());
  }

  /// A program with a log line per request.
  public static Gimlet create(ServerOptions options) {
    Gimlet gimlet = bare(options);
    gimlet.use(requestLog());
    return gimlet;
  }

  /// A program with default options and without the request log.
  public static Gimlet bare() {
    return bare(ServerOptions.defaults());
  }

  /// A program without the request log.
  public static Gimlet bare(ServerOptions options) {
    return new Gimlet(options);
  }

  /// Middleware that prints a line per request to standard output, in colour on a terminal.
  public static Middleware requestLog() {
    return RequestLog.toStandardOutput();
  }

  /// The room of that name; before the start, too.
  ///
  /// @throws IllegalArgumentException when the name is not 1 to 256 bytes of UTF-8, or has control
  ///   characters
  public Room room(String name) {
    return rooms.room(name);
  }

  /// Gives options to the rooms of a name, or to all whose names begin with the text before a `*`,
  /// as in `chat:*`; the longest pattern that matches counts.
  ///
  /// @throws IllegalArgumentException when it is no pattern, or has options already
  /// @throws IllegalStateException when the server has been started
  public Gimlet rooms(String pattern, RoomOptions options) {
    registry.checkOpen();
    rooms.options(
        Objects.requireNonNull(pattern, "pattern"), Objects.requireNonNull(options, "options"));
    return this;
  }

  /// What the rooms hold and have done, for metrics.
  public RoomCounts roomCounts() {
    return rooms.counts();
  }

  /// Whether the broker can be reached, so that what is published to rooms is carried. With the one
  /// in memory always true.
  public boolean isBrokerReady() {
    return rooms.isReady();
  }

  /// Whether the server was told to close: handlers answer for the last time, and a load balancer
  /// that asks should send its clients elsewhere. False before the start.
  public boolean isDraining() {
    RunningServer server = running;
    return server != null && server.isDraining();
  }

  /// The WebSockets that are open now; empty before the start.
  public Connections connections() {
    return connections;
  }

  /// Starts the server at the port of its options and returns, as [#start(int)].
  ///
  /// @throws GimletException when the port is in use, the address cannot be had, or the files of
  ///   the TLS certificate cannot be used
  /// @throws IllegalStateException when it has been started before
  public RunningServer start() {
    return start(options.port());
  }

  /// Starts the server at this port, 0 for any free one, and returns: at once as a rule, with a
  /// broker on the network once that is reached, after 2 seconds at most. What is published then is
  /// taken.
  ///
  /// What the broker throws when it starts is thrown on. After a failure nothing listens, and the
  /// program may be changed and started again.
  ///
  /// @throws GimletException when the port is in use, the address cannot be had, or the files of
  ///   the TLS certificate cannot be used
  /// @throws IllegalStateException when it has been started before
  public RunningServer start(int port) {
    ServerOptions.Builder.checkedPort(port);
    registry.checkOpen();
    if (registry.isOpenToAnyOrigin()) {
      log.warn("WebSockets are open to pages of any origin: fine only without cookies");
    }
    Program program =
        new Program(
            registry.routes(),
            root.middleware(),
            options.limits(),
            options.webSocket(),
            options.maxContextTakeovers(),
            options.json(),
            options.tls(),
            events,
            entrance());
    HttpServer server = HttpServer.start(program, options.host(), port, options.eventLoops());
    startRooms(server);
    registry.close();
    RunningServer started = new RunningServer(server, rooms);
    running = started;
    return started;
  }

  /// A server that nobody was given could never be stopped.
  private void startRooms(HttpServer server) {
    try {
      rooms.start();
    } catch (Throwable failure) {
      server.closeNow();
      throw failure;
    }
  }

  private Entrance entrance() {
    return Entrance.of(
        options.trustedProxies(),
        options.proxyProtocol(),
        options.connectionLimits(),
        DescriptorLimit.usualConnections(),
        table);
  }

  /// Runs the program at the port of its options; see [#run(int)].
  public void run() {
    run(options.port());
  }

  /// Runs the program until the process is told to stop: the last line of a `main`.
  ///
  /// The system property `gimlet.port`, when set, is used instead of the port given here. On Ctrl-C
  /// or SIGTERM the server stops cleanly: WebSockets get 1001, requests under way end, and the
  /// process exits with 0 within 3 s more than [ServerOptions#drainTimeout()], by default 10 s; a
  /// second signal ends it at once. When the server cannot start, one line on standard error says
  /// why and the process exits with 1.
  public void run(int port) {
    new ProgramRun(this, options, registry.routes()).run(port);
  }

  @Override
  public Gimlet route(String method, String path, Handler handler) {
    root.route(method, path, handler);
    return this;
  }

  @Override
  public Gimlet get(String path, Handler handler) {
    root.get(path, handler);
    return this;
  }

  @Override
  public Gimlet post(String path, Handler handler) {
    root.post(path, handler);
    return this;
  }

  @Override
  public Gimlet put(String path, Handler handler) {
    root.put(path, handler);
    return this;
  }

  @Override
  public Gimlet patch(String path, Handler handler) {
    root.patch(path, handler);
    return this;
  }

  @Override
  public Gimlet delete(String path, Handler handler) {
    root.delete(path, handler);
    return this;
  }

  @Override
  public Gimlet head(String path, Handler handler) {
    root.head(path, handler);
    return this;
  }

  @Override
  public Gimlet options(String path, Handler handler) {
    root.options(path, handler);
    return this;
  }

  @Override
  public Gimlet any(String path, Handler handler) {
    root.any(path, handler);
    return this;
  }

  @Override
  public Gimlet ws(String path, WebSocketHandler handler) {
    root.ws(path, handler);
    return this;
  }

  @Override
  public Gimlet ws(String path, WebSocketListener listener) {
    root.ws(path, listener);
    return this;
  }

  @Override
  public Gimlet ws(String path, WebSocketOptions options, WebSocketHandler handler) {
    root.ws(path, options, handler);
    return this;
  }

  @Override
  public Gimlet ws(String path, WebSocketOptions options, WebSocketListener listener) {
    root.ws(path, options, listener);
    return this;
  }

  @Override
  public Gimlet files(String path, StaticFiles files) {
    root.files(path, files);
    return this;
  }

  @Override
  public Router group(String path) {
    return root.group(path);
  }

  @Override
  public Gimlet use(Middleware middleware) {
    root.use(middleware);
    return this;
  }
}
