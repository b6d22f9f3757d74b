package dev.gimlet;

import static dev.gimlet.RawWebSocket.BINARY;
import static dev.gimlet.RawWebSocket.CLOSE;
import static dev.gimlet.RawWebSocket.PING;
import static dev.gimlet.RawWebSocket.PONG;
import static dev.gimlet.RawWebSocket.TEXT;
import static dev.gimlet.RawWebSocket.closePayload;
import static dev.gimlet.RawWebSocket.frame;
import static dev.gimlet.RawWebSocket.handshake;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.LoopConnection;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class WebSocketBehaviourTest {

  private static final WebSocketHandler ECHO_LOOP =
      connection -> {
        for (Message message : connection) {
          connection.send(message);
        }
      };
  private static final WebSocketListener ECHO_EVENT =
      WebSocketListener.onMessage((connection, message) -> connection.send(message));
  private static final WebSocketOptions HASTY =
      WebSocketOptions.builder()
          .heartbeat(Duration.ofMillis(300), Duration.ofMillis(300))
          .closeTimeout(Duration.ofMillis(500))
          .build();

  private final RecordingEvents events = new RecordingEvents();
  private final Gimlet app = Gimlet.bare(ServerOptions.builder().events(events).build());
  private final CompletableFuture<WebSocketConnection> opened = new CompletableFuture<>();
  private RunningServer server;

  @BeforeEach
  void start() {
    app.ws("/loop", ECHO_LOOP);
    app.ws("/event", ECHO_EVENT);
    app.ws("/hasty", HASTY, ECHO_EVENT);
    app.ws("/hasty-loop", HASTY, ECHO_LOOP);
    app.ws("/spoken", WebSocketOptions.builder().subprotocols("v2", "v1").build(), ECHO_EVENT);
    app.ws("/held", connection -> hold(connection));
    app.ws("/returns", _ -> {});
    app.ws(
        "/throws-loop",
        connection -> {
          connection.receive();
          throw new IllegalStateException("secret");
        });
    app.ws(
        "/throws-event",
        WebSocketListener.onMessage((_, _) -> {
          throw new IllegalStateException("secret");
        }));
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Nested
  class Messages {

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/event"})
    void areAnsweredInOrderAndKind(String path) throws IOException {
      try (RawWebSocket client = connect(path)) {
        client.send("ä");
        client.write(frame(BINARY, new byte[] {1, 2}));

        assertThat(client.read().text()).isEqualTo("ä");
        RawWebSocket.Frame second = client.read();
        assertThat(second.opcode()).isEqualTo(BINARY);
        assertThat(second.payload()).containsExactly(1, 2);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/event"})
    void areAnsweredWhenNothingElseComes(String path) throws IOException {
      try (RawWebSocket client = connect(path)) {
        for (String text : List.of("one", "two", "three")) {
          client.send(text);
          assertThat(client.read().text()).isEqualTo(text);
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20})
    void ofEverySizePass(int size) throws IOException {
      byte[] payload = new byte[size];
      Arrays.fill(payload, (byte) 'x');
      for (String path : new String[] {"/loop", "/event"}) {
        try (RawWebSocket client = connect(path)) {
          client.write(frame(TEXT, payload));

          assertThat(client.read().payload()).isEqualTo(payload);
        }
      }
    }

    @Test
    void overTheLimitCloseWith1009FromTheHeaderAlone() throws IOException {
      try (RawWebSocket client = connect("/event")) {
        client.write(frame(0x80 | BINARY, (1 << 20) + 1, new byte[0]));

        assertThat(client.readUntilClose()).isEqualTo(1009);
        assertThat(client.isAtEnd()).isTrue();
      }
    }

    @Test
    void inFragmentsAreJoinedAroundAPing() throws IOException {
      try (RawWebSocket client = connect("/event")) {
        client.write(frame(TEXT, 3, "one".getBytes(UTF_8)));
        client.write(frame(PING, "p".getBytes(UTF_8)));
        client.write(frame(0x80, 3, "two".getBytes(UTF_8)));

        assertThat(client.read().opcode()).isEqualTo(PONG);
        assertThat(client.read().text()).isEqualTo("onetwo");
      }
    }

    @Test
    void inTheSegmentOfTheHandshakeAreNotLost() throws IOException {
      byte[] all = handshakeAndThreeFrames();
      for (int cut = 0; cut <= all.length; cut++) {
        try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
          client.write(Arrays.copyOf(all, cut));
          client.write(Arrays.copyOfRange(all, cut, all.length));

          assertThat(client.readHead()).startsWith("HTTP/1.1 101");
          assertThat(client.read().text()).isEqualTo("1");
          assertThat(client.read().text()).isEqualTo("2");
          assertThat(client.read().text()).isEqualTo("3");
        }
      }
    }

    private byte[] handshakeAndThreeFrames() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(handshake("/event", ""));
      for (String text : new String[] {"1", "2", "3"}) {
        bytes.writeBytes(frame(TEXT, text.getBytes(UTF_8)));
      }
      return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/event"})
    void thatCameWithTheCloseAreAnsweredBeforeIt(String path) throws IOException {
      try (RawWebSocket client = connect(path)) {
        client.write(messagesAnd(frame(CLOSE, closePayload(1000, ""))));

        assertThat(client.read().text()).isEqualTo("1");
        assertThat(client.read().text()).isEqualTo("2");
        assertThat(client.read().closeCode()).isEqualTo(1000);
        assertThat(client.isAtEnd()).isTrue();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/event"})
    void thatCameWithAFaultAreAnsweredBeforeTheClose(String path) throws IOException {
      try (RawWebSocket client = connect(path)) {
        client.write(messagesAnd(new byte[] {(byte) 0xF1, 0}));

        assertThat(client.read().text()).isEqualTo("1");
        assertThat(client.read().text()).isEqualTo("2");
        assertThat(client.read().closeCode()).isEqualTo(1002);
        assertThat(client.isAtEnd()).isTrue();
      }
    }

    private byte[] messagesAnd(byte[] end) {
      ByteArrayOutputStream burst = new ByteArrayOutputStream();
      burst.writeBytes(frame(TEXT, "1".getBytes(UTF_8)));
      burst.writeBytes(frame(TEXT, "2".getBytes(UTF_8)));
      burst.writeBytes(end);
      return burst.toByteArray();
    }
  }

  @Nested
  class Sending {

    @Test
    void fromAnotherThreadLeavesWhenNothingElseComes() throws Exception {
      try (RawWebSocket client = connect("/held")) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);
        for (String text : List.of("one", "two", "three")) {
          connection.send(text);
          assertThat(client.read().text()).isEqualTo(text);
        }
      }
    }

    @Test
    void fromManyThreadsKeepsEachThreadsOrder() throws Exception {
      try (RawWebSocket client = connect("/held");
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);
        for (int thread = 0; thread < 8; thread++) {
          char name = (char) ('a' + thread);
          threads.execute(() -> {
            for (int i = 0; i < 500; i++) {
              connection.send(name + Integer.toString(i));
            }
          });
        }

        int[] next = new int[8];
        for (int i = 0; i < 8 * 500; i++) {
          String text = client.read().text();
          int thread = text.charAt(0) - 'a';
          assertThat(text.substring(1)).isEqualTo(Integer.toString(next[thread]++));
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 4096, 4097, 300_000})
    void ofPreparedMessagesSendsTheSameFrameAgain(int size) throws Exception {
      PreparedMessage prepared = PreparedMessage.of(Text.of("x".repeat(size)));
      try (RawWebSocket client = connect("/held")) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);

        connection.send("before");
        connection.send(prepared);
        connection.send("between");
        connection.send(prepared);

        assertThat(client.read().text()).isEqualTo("before");
        assertThat(client.read().payload()).hasSize(size);
        assertThat(client.read().text()).isEqualTo("between");
        assertThat(client.read().payload()).hasSize(size);
      }
    }

    @Test
    void afterTheCloseAnswersClosed() throws Exception {
      try (RawWebSocket client = connect("/held")) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);
        connection.close(4000, "enough");

        assertThat(connection.send("late")).isEqualTo(SendResult.CLOSED);
        assertThat(connection.isOpen()).isFalse();
        assertThat(client.readUntilClose()).isEqualTo(4000);
      }
    }

    @Test
    void toAPeerThatNeverReadsClosesItWhenTheOutboxIsFull() throws Exception {
      try (RawWebSocket client = RawWebSocket.connectSmall(server.port(), "/held")) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);
        byte[] payload = new byte[64 << 10];
        SendResult result = connection.send(payload);
        for (int i = 0; i < 1000 && result == SendResult.ACCEPTED; i++) {
          result = connection.send(payload);
        }

        assertThat(result).isEqualTo(SendResult.CLOSED);
        assertThat(events.next()).isEqualTo("opened");
        assertThat(events.next()).isEqualTo("slow consumer, CLOSE 1");
        assertThat(events.next()).isEqualTo("closed 1008");
        assertThat(client).isNotNull();
      }
    }
  }

  @Nested
  class Backpressure {

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/event"})
    void slowsAnEchoToTheReadersPaceInsteadOfClosingIt(String path) throws Exception {
      int messages = 300;
      byte[] payload = new byte[100_000]; // 30 MB: more than sockets and outbox hold
      try (RawWebSocket client = RawWebSocket.connectSmall(server.port(), path)) {
        CompletableFuture<Void> written =
            CompletableFuture.runAsync(() -> writeAll(client, frame(BINARY, payload), messages));

        for (int i = 0; i < messages; i++) {
          assertThat(client.read().payload()).hasSize(payload.length);
        }
        written.get(5, TimeUnit.SECONDS);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/event"})
    void losesNothingOfBurstsThatPauseReading(String path) throws Exception {
      int burst = 10; // more than the mailbox of a loop holds
      ByteArrayOutputStream frames = new ByteArrayOutputStream();
      for (int i = 0; i < burst; i++) {
        frames.writeBytes(frame(BINARY, new byte[16 << 10]));
      }
      try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {
        for (int i = 0; i < 1500; i++) { // the reader of a loop makes room while reading pauses
          client.write(frames.toByteArray());
          for (int message = 0; message < burst; message++) {
            client.read();
          }
        }
      }
    }

    @Test
    void holdsAnswersOfOneReadThatAreMuchLargerThanTheirQuestions() throws Exception {
      byte[] large = new byte[200_000];
      Gimlet amplifier = Gimlet.bare(ServerOptions.builder().events(events).build());
      amplifier.ws(
          "/amplify", WebSocketListener.onMessage((connection, _) -> connection.send(large)));
      try (RunningServer running = amplifier.start(0);
          RawWebSocket client = RawWebSocket.connectSmall(running.port(), "/amplify")) {
        ByteArrayOutputStream questions = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
          questions.writeBytes(frame(TEXT, new byte[] {'?'}));
        }
        client.write(questions.toByteArray());

        for (int i = 0; i < 200; i++) {
          assertThat(client.read().payload()).hasSize(large.length);
        }
      }
    }

    private void writeAll(RawWebSocket client, byte[] frame, int times) {
      try {
        for (int i = 0; i < times; i++) {
          client.write(frame);
        }
      } catch (IOException broken) {
        throw new AssertionError(broken);
      }
    }
  }

  @Nested
  class Closing {

    @Test
    void byThePeerIsAnsweredWithItsCodeAndReportedOnce() throws Exception {
      try (RawWebSocket client = connect("/event")) {
        client.write(frame(CLOSE, closePayload(4321, "bye")));

        assertThat(client.readUntilClose()).isEqualTo(4321);
        assertThat(client.isAtEnd()).isTrue();
      }
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 4321");
      assertThat(events.waiting()).isEmpty();
    }

    @Test
    void byAReturningLoopHasCode1000() throws IOException {
      try (RawWebSocket client = connect("/returns")) {
        assertThat(client.readUntilClose()).isEqualTo(1000);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/throws-loop", "/throws-event"})
    void byAThrowingHandlerHasCode1011AndNoDetails(String path) throws Exception {
      try (RawWebSocket client = connect(path);
          RawWebSocket other = connect("/event")) {
        client.send("go");

        RawWebSocket.Frame close = client.read();
        assertThat(close.closeCode()).isEqualTo(1011);
        assertThat(close.text()).doesNotContain("secret");
        other.send("unharmed");
        assertThat(other.read().text()).isEqualTo("unharmed");
      }
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("failed secret");
    }

    @Test
    void byResetIsReportedAs1006() throws Exception {
      RawWebSocket client = connect("/event");
      assertThat(events.next()).isEqualTo("opened");

      client.reset();

      assertThat(events.next()).isEqualTo("closed 1006");
    }

    @Test
    void byHalfCloseEndsTheConnection() throws Exception {
      try (RawWebSocket client = connect("/event")) {
        client.shutdownOutput();

        assertThat(client.isAtEnd()).isTrue();
      }
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 1006");
    }

    @Test
    void isCutWhenThePeerDoesNotAnswer() throws Exception {
      try (RawWebSocket client = connect("/hasty-loop")) {
        client.write(frame(TEXT, 2, "x".getBytes(UTF_8))); // half a message, then silence
        server.close(Duration.ofMillis(100));

        assertThat(client.readUntilClose()).isEqualTo(1001);
        assertThat(client.isAtEnd()).isTrue();
      }
    }

    @Test
    void afterAProtocolFaultStillDeliversTheCloseFrame() throws IOException {
      try (RawWebSocket client = connect("/event")) {
        client.write(new byte[] {(byte) 0xF1, (byte) 0x80});
        client.write(new byte[100_000]); // unread at the server, must not reset the connection

        assertThat(client.readUntilClose()).isEqualTo(1002);
        assertThat(client.isAtEnd()).isTrue();
      }
    }

    @Test
    void runsCallbacksOnceAlsoWhenRegisteredLate() throws Exception {
      CountDownLatch closed = new CountDownLatch(2);
      try (RawWebSocket client = connect("/held")) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);
        connection.whenClosed(_ -> closed.countDown());
        client.write(frame(CLOSE, closePayload(1000, "")));
        client.readUntilClose();
        connection.whenClosed(_ -> closed.countDown());

        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(connection.closeStatus()).map(CloseStatus::code).contains(1000);
      }
    }

    @Test
    void withACodeThatMayNotBeSentIsRefused() throws Exception {
      try (RawWebSocket client = connect("/held")) {
        WebSocketConnection connection = opened.get(5, TimeUnit.SECONDS);

        assertThatThrownBy(() -> connection.close(1006, ""))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("1006");
        assertThat(connection.isOpen()).isTrue();
        assertThat(client).isNotNull();
      }
    }
  }

  @Nested
  class Heartbeats {

    @Test
    void pingASilentPeerAndCutItOnce() throws Exception {
      try (RawWebSocket client = connect("/hasty")) {
        assertThat(client.read().opcode()).isEqualTo(PING);
        assertThat(client.isAtEnd()).isTrue();
      }
      assertThat(events.next()).isEqualTo("opened");
      assertThat(events.next()).isEqualTo("closed 1006");
      assertThat(events.waiting()).isEmpty();
    }

    @Test
    void keepAPeerThatAnswers() throws IOException {
      try (RawWebSocket client = connect("/hasty")) {
        for (int i = 0; i < 3; i++) {
          assertThat(client.read().opcode()).isEqualTo(PING);
          client.write(frame(PONG, new byte[0]));
        }
        client.send("alive");

        assertThat(client.read().text()).isEqualTo("alive");
      }
    }
  }

  @Nested
  class Handshakes {

    @Test
    void chooseTheServersBestSubprotocol() throws IOException {
      try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
        client.write(handshake("/spoken", "Sec-WebSocket-Protocol: v1, v2\r\n"));

        assertThat(client.readHead()).contains("\r\nSec-WebSocket-Protocol: v2");
      }
    }

    @Test
    void ofAnotherOriginGet403AndTheFix() throws Exception {
      try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
        client.write(handshake("/event", "Origin: https://evil.example\r\n"));

        assertThat(client.readHead()).startsWith("HTTP/1.1 403").containsIgnoringCase("json");
      }
      assertThat(events.next()).isEqualTo("refused 403");
    }

    @Test
    void ofTheSameOriginPass() throws IOException {
      try (RawWebSocket client = RawWebSocket.dial(server.port(), 0)) {
        client.write(handshake("/event", "Origin: http://localhost\r\n"));

        assertThat(client.readHead()).startsWith("HTTP/1.1 101");
      }
    }
  }

  @Test
  void stoppingTheServerClosesEveryoneWith1001() throws Exception {
    try (RawWebSocket loop = connect("/loop");
        RawWebSocket event = connect("/event")) {
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);

      assertThat(loop.readUntilClose()).isEqualTo(1001);
      loop.write(frame(CLOSE, closePayload(1001, "")));
      assertThat(event.readUntilClose()).isEqualTo(1001);
      event.write(frame(CLOSE, closePayload(1001, "")));
      closing.get(5, TimeUnit.SECONDS);
    }
  }

  private void hold(LoopConnection connection) {
    opened.complete(connection);
    connection.receive();
  }

  private RawWebSocket connect(String path) throws IOException {
    return RawWebSocket.connect(server.port(), path);
  }
}
