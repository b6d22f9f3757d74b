package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.Gimlet;
import dev.gimlet.http.Context;
import dev.gimlet.http.Router;
import dev.gimlet.http.StaticFiles;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.server.chat.ChatEndpoint;
import dev.gimlet.server.metrics.ServerMetrics;
import dev.gimlet.server.rooms.ApiKeys;
import dev.gimlet.server.rooms.RoomRoutes;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.time.Duration;
import java.util.Map;

/// What the server serves: the chat and its page, and the small routes to try a client with.
final class ServerRoutes {

  // The name has a hyphen so that no module hides the files in it.
  private static final String PAGE = "chat-page";

  // The page's own files and its own server, nothing else; and no other site may frame it.
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  // Long enough to find a talk again after a break, and little enough for many rooms.
  private static final RoomOptions ROOMS =
      RoomOptions.builder().history(100, Duration.ofHours(1)).notices().build();

  private static final String HEALTHY = "ok";

  private ServerRoutes() {}

  /// Only `/health` answers for every host: what asks for it knows an address as a rule.
  static void register(Gimlet app, HostCheck hosts, ApiKeys keys) {
    app.get("/health", context -> answerHealth(context, health(app))).use(hosts);
    app.rooms("*", ROOMS);
    RoomRoutes.register(app, app::room, keys);
    app.get("/ping", context -> context.json(Map.of("message", "pong")))
        .ws("/ws", WebSocketListener.onMessage(WebSocketConnection::send))
        .ws("/types", WebSocketListener.onMessage(ServerRoutes::tellType))
        .get("/chat", new ChatEndpoint(app::room))
        .files("/", page());
  }

  /// Numbers for Prometheus at `/metrics`.
  static void registerMetrics(Router router, ServerMetrics metrics) {
    router.get(
        "/metrics",
        context ->
            keptFromPages(context)
                .bytes(ServerMetrics.MEDIA_TYPE, metrics.scrape().getBytes(UTF_8)));
  }

  private static String health(Gimlet app) {
    if (app.isDraining()) {
      return "draining";
    }
    return app.isBrokerReady() ? HEALTHY : "broker away";
  }

  private static void answerHealth(Context context, String health) {
    keptFromPages(context)
        .status(health.equals(HEALTHY) ? 200 : 503)
        .json(Map.of("status", health));
  }

  /// No page of another site may read or embed it, and no cache keeps it.
  private static Context keptFromPages(Context context) {
    return context
        .responseField("Cross-Origin-Resource-Policy", "same-origin")
        .responseField("X-Content-Type-Options", "nosniff")
        .responseField("Cache-Control", "no-store");
  }

  private static void tellType(WebSocketConnection connection, Message message) {
    switch (message) {
      case Text text -> connection.send("收到文本消息: " + text.value());
      case Binary _ -> connection.send("收到二进制消息");
    }
  }

  private static StaticFiles page() {
    return StaticFiles.classPath(PAGE)
        .withHeaderField("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .withHeaderField("Referrer-Policy", "no-referrer")
        .withHeaderField("Cross-Origin-Opener-Policy", "same-origin");
  }
}
