package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.http.HttpException;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WebSocketClientTest {

  private static final String LONG = "x".repeat(600); // two do not fit into the narrow outbox

  private final RecordingListener listener = new RecordingListener();
  private final RunningServer server = start();
  private final WebSocketClient client = WebSocketClient.create();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static RunningServer start() {
    WebSocketOptions chat = WebSocketOptions.builder().subprotocols("chat").build();
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    app.ws("/echo", WebSocketListener.onMessage(WebSocketConnection::send))
        .get(
            "/chat",
            context ->
                context.upgrade(
                    chat,
                    WebSocketListener.onMessage((connection, _) ->
                        connection.send(connection.subprotocol().orElse("none")))))
        .get(
            "/token",
            context -> {
              String token = context.headerField("Authorization").orElse("nobody");
              String query = context.queryParameter("room").orElse("nowhere");
              context.upgrade(connection -> connection.send(token + " in " + query));
            })
        .get(
            "/refuse",
            context -> {
              throw new HttpException(403, "not you");
            })
        .ws(
            "/farewell",
            connection -> {
              connection.send("farewell");
              connection.close();
            })
        .get("/page", context -> context.text("a page"))
        .ws("/close", connection -> connection.close(4500, "never again"))
        .ws(
            "/ping",
            connection -> {
              connection.ping();
              connection.receive();
            });
    return app.start(0);
  }

  private URI uri(String path) {
    return URI.create("ws://127.0.0.1:" + server.port() + path);
  }

  @Test
  @SuppressWarnings("NullAway") // what programs without a null checker may do
  void namesWhatIsNull() {
    URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/echo");

    assertThatNullPointerException().isThrownBy(() -> client.open((URI) null)).withMessage("uri");
    assertThatNullPointerException()
        .isThrownBy(() -> client.connect((URI) null, listener))
        .withMessage("uri");
    assertThatNullPointerException()
        .isThrownBy(() -> client.connect(uri, null))
        .withMessage("listener");
  }

  @Test
  void sendsAndReceivesInEventStyle() throws Exception {
    ClientLink link = client.connect(uri("/echo"), listener);
    Opened opened = listener.next(Opened.class);

    link.send("你好");
    link.send(new byte[] {1, 2});

    assertThat(opened.isResumed()).isFalse();
    assertThat(opened.failures()).isZero();
    assertThat(link.connection()).contains(opened.connection());
    assertThat(listener.nextText()).isEqualTo("你好");
    assertThat(listener.next(Binary.class)).isEqualTo(Binary.of((byte) 1, (byte) 2));
  }

  @Test
  void sendsAndReceivesInALoop() {
    LoopLink link = client.open(uri("/echo"));
    link.send("1");

    int last = 0;
    for (Message message : link) {
      last = Integer.parseInt(((Text) message).value());
      if (last == 100) {
        link.close();
      } else {
        link.send(Integer.toString(last + 1));
      }
    }

    assertThat(last).isEqualTo(100);
    assertThat(link.ending()).contains(new Ending.Closed(CloseStatus.NORMAL_CLOSURE));
  }

  @Test
  void sendsWhatWasQueuedBeforeItWasOpenAfterTheGreeting() throws Exception {
    ClientLink link =
        client.connect(
            uri("/echo"),
            new ClientListener() {
              @Override
              public void onOpen(ClientLink opening, Opened opened) {
                opening.send("login");
              }

              @Override
              public void onMessage(ClientLink from, Message message) {
                listener.onMessage(from, message);
              }
            });

    link.send("first");
    link.send("second");

    assertThat(List.of(listener.nextText(), listener.nextText(), listener.nextText()))
        .containsSubsequence("first", "second")
        .contains("login");
  }

  @Test
  void keepsTheOrderOfAGreetingThatDoesNotFitIntoTheOutbox() throws Exception {
    try (WebSocketClient narrow = WebSocketClient.create(narrow().build())) {
      narrow.connect(uri("/echo"), new Greeter(listener));

      assertThat(listener.nextText()).isEqualTo(LONG + " 1");
      assertThat(listener.nextText()).isEqualTo(LONG + " 2");
      assertThat(listener.nextText()).isEqualTo("3");
    }
  }

  @Test
  void sendsAllOfAGreetingBeforeWhatWasQueued() throws Exception {
    CountDownLatch queued = new CountDownLatch(1);
    BeforeAttempt hook =
        request -> {
          queued.await();
          return request;
        };
    try (WebSocketClient narrow = WebSocketClient.create(narrow().beforeAttempt(hook).build())) {
      ClientLink link = narrow.connect(uri("/echo"), new Greeter(listener));
      assertThat(link.send("4")).isEqualTo(SendOutcome.QUEUED);
      assertThat(link.send("5")).isEqualTo(SendOutcome.QUEUED);
      queued.countDown();

      assertThat(listener.nextText()).isEqualTo(LONG + " 1");
      assertThat(listener.nextText()).isEqualTo(LONG + " 2");
      assertThat(listener.nextText()).isEqualTo("3");
      assertThat(listener.nextText()).isEqualTo("4");
      assertThat(listener.nextText()).isEqualTo("5");
    }
  }

  private static ClientOptions.Builder narrow() {
    return ClientOptions.builder()
        .webSocket(WebSocketOptions.builder().outboxBytes(1024).noCompression().build());
  }

  /// Greets with more than fits into the outbox, and passes on what comes back.
  private record Greeter(RecordingListener listener) implements ClientListener {

    @Override
    public void onOpen(ClientLink link, Opened opened) {
      link.send(LONG + " 1");
      link.send(LONG + " 2");
      link.send("3");
    }

    @Override
    public void onMessage(ClientLink link, Message message) {
      listener.onMessage(link, message);
    }
  }

  @Test
  void closesWithTheStatusOfTheProgram() throws Exception {
    ClientLink link = client.connect(uri("/echo"), listener);
    listener.next(Opened.class);

    link.close(CloseStatus.of(1001, "leaving"));

    assertThat(link.send("too late")).isEqualTo(SendOutcome.CLOSED);
    assertThat(listener.next(Ending.Closed.class).status())
        .isEqualTo(CloseStatus.of(1001, "leaving"));
    listener.hasNothingMore();
  }

  @Test
  void agreesOnASubprotocol() throws Exception {
    WebSocketOptions wanted = WebSocketOptions.builder().subprotocols("mqtt", "chat").build();
    try (WebSocketClient chatting = withOptions(wanted)) {
      ClientLink link = chatting.connect(uri("/chat"), listener);

      assertThat(listener.next(Opened.class).connection().subprotocol()).contains("chat");
      link.send("which?");
      assertThat(listener.nextText()).isEqualTo("chat");
    }
  }

  @Test
  void endsWhenNoSubprotocolIsCommon() throws Exception {
    WebSocketOptions wanted = WebSocketOptions.builder().subprotocols("mqtt").build();
    try (WebSocketClient chatting = withOptions(wanted)) {
      chatting.connect(uri("/chat"), listener);

      assertThat(listener.next(Ending.NotWebSocket.class).reason()).contains("mqtt");
    }
  }

  @Test
  void asksWithFieldsAndQueryOfTheProgram() throws Exception {
    ClientOptions options =
        ClientOptions.builder().headerField("Authorization", "Bearer Ann").build();
    try (WebSocketClient authorized = WebSocketClient.create(options)) {
      authorized.connect(uri("/token?room=lobby"), listener);

      listener.next(Opened.class);
      assertThat(listener.nextText()).isEqualTo("Bearer Ann in lobby");
    }
  }

  @Test
  void asksWithTheFieldsThatTheHookChanged() throws Exception {
    ClientOptions options =
        ClientOptions.builder()
            .headerField("Authorization", "stale")
            .beforeAttempt(request -> request.withHeaderField("Authorization", "fresh"))
            .build();
    try (WebSocketClient hooked = WebSocketClient.create(options)) {
      hooked.connect(uri("/token?room=lobby"), listener);

      listener.next(Opened.class);
      assertThat(listener.nextText()).isEqualTo("fresh in lobby");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 5000, 1 << 20})
  void compressesAndMasksMessagesOfEverySize(int size) throws Exception {
    String text = "0123456789abcdef".repeat(size / 16 + 1).substring(0, size);
    ClientLink link = client.connect(uri("/echo"), listener);

    link.send(text);

    listener.next(Opened.class);
    assertThat(listener.nextText()).isEqualTo(text);
  }

  @Test
  void tellsTheReasonThatTheServerGives() throws Exception {
    client.connect(uri("/refuse"), listener);

    assertThat(listener.next(Ending.Refused.class).reason())
        .isEqualTo("refused with 403: Forbidden: not you");
  }

  @Test
  void tellsThatAPageIsNoWebSocket() throws Exception {
    client.connect(uri("/page?token=secret"), listener);

    Ending.Refused refused = listener.next(Ending.Refused.class);
    assertThat(refused.isFinal()).isTrue();
    assertThat(refused.reason())
        .isEqualTo(uri("/page") + " answered 200 and no WebSocket: check the path");
  }

  @Test
  void warnsOnceUntilItIsOpenAgain() throws Exception {
    try (LoggedLines log = new LoggedLines();
        Socket bound = new Socket()) { // takes a port and does not listen at it
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int nobody = bound.getLocalPort();
      ClientLink link =
          client.connect(URI.create("ws://127.0.0.1:" + nobody + "/x?token=secret"), listener);
      listener.next(Reconnecting.class);
      link.retryNow();
      listener.next(Reconnecting.class);

      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING ws://127.0.0.1:" + nobody + "/x: cannot connect: ")
          .endsWith("; trying again until there is a connection");
    }
  }

  @Test
  void warnsOfTheServerThatWasAsked() throws Exception {
    try (LoggedLines log = new LoggedLines();
        Socket bound = new Socket()) { // takes a port and does not listen at it
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI nobody = URI.create("ws://127.0.0.1:" + bound.getLocalPort() + "/asked");
      ClientOptions options =
          ClientOptions.builder()
              .beforeAttempt(request -> request.withUri(nobody))
              .backOff(Duration.ofHours(1), Duration.ofHours(1))
              .build();
      try (WebSocketClient hooked = WebSocketClient.create(options)) {
        hooked.connect(uri("/echo"), listener);
        listener.next(Reconnecting.class);
      }

      assertThat(log.lines()).singleElement().asString().startsWith("WARNING " + nobody + ": ");
    }
  }

  @ParameterizedTest
  @CsvSource({"/refuse, 403", "/nothing, 404"})
  void endsWhenItIsRefused(String path, int status) throws Exception {
    client.connect(uri(path), listener);

    assertThat(listener.next(Ending.Refused.class).status()).isEqualTo(status);
    listener.hasNothingMore();
  }

  @Test
  void endsWhenItIsToldNotToComeBack() throws Exception {
    client.connect(uri("/close"), listener);

    listener.next(Opened.class);
    assertThat(listener.next(Ending.Closed.class).status())
        .isEqualTo(CloseStatus.of(4500, "never again"));
    listener.hasNothingMore();
  }

  @Test
  void throwsWhenALoopCannotBeOpened() {
    assertThatThrownBy(() -> client.open(uri("/refuse")))
        .isInstanceOfSatisfying(
            ClientException.class,
            failure -> assertThat(failure.ending()).isInstanceOf(Ending.Refused.class))
        .hasMessageContaining("403");
  }

  @Test
  void hasTheMessagesOfAConnectionThatEndedBeforeItsThreadSawItOpen() throws Exception {
    ReceivingLink link = new ReceivingLink(client, List.of(uri("/farewell")), listener);
    link.link().start();
    listener.next(Opened.class);
    listener.next(Ending.Closed.class);

    link.awaitOpen();

    assertThat(link.receive()).contains(Text.of("farewell"));
    assertThat(link.receive()).isEmpty();
  }

  @Test
  void triesTheNextAddressWhenOneIsRefused() throws Exception {
    ClientLink link = client.connect(List.of(uri("/nothing"), uri("/echo")), listener);

    assertThat(listener.next(Reconnecting.class).because()).isInstanceOf(Ending.Refused.class);
    listener.next(Opened.class);
    link.send("at the second");
    assertThat(listener.nextText()).isEqualTo("at the second");
  }

  @Test
  void showsPings() throws Exception {
    client.connect(uri("/ping"), listener);

    listener.next(Opened.class);
    assertThat(listener.next(RecordingListener.Pinged.class).payload().hasRemaining()).isFalse();
  }

  @Test
  void takesNoLinksOnceClosed() {
    client.close();

    assertThatThrownBy(() -> client.connect(uri("/echo"), listener))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closesItsLinks() throws Exception {
    client.connect(uri("/echo"), listener);
    listener.next(Opened.class);

    client.close();

    assertThat(listener.next(Ending.Closed.class).status()).isEqualTo(CloseStatus.NORMAL_CLOSURE);
  }

  @Test
  void endsALoopWhoseThreadIsInterrupted() throws Exception {
    LoopLink link = client.open(uri("/echo"));
    Thread thread = Thread.currentThread();

    thread.interrupt();

    assertThat(link.receive()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(link.receive()).isEmpty();
    assertThat(link.ending()).contains(new Ending.Closed(CloseStatus.GOING_AWAY));
  }

  private static WebSocketClient withOptions(WebSocketOptions options) {
    return WebSocketClient.create(ClientOptions.builder().webSocket(options).build());
  }
}
