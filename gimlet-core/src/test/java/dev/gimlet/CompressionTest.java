package dev.gimlet;

import static dev.gimlet.RawWebSocket.TEXT;
import static dev.gimlet.RawWebSocket.frame;
import static dev.gimlet.RawWebSocket.handshake;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.room.Room;
import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.MessageDeflater;
import dev.gimlet.websocket.codec.MessageInflater;
import dev.gimlet.websocket.codec.SlidingWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class CompressionTest {

  private static final int COMPRESSED = 0x40;
  private static final int LIMIT = 1 << 20;
  private static final String LONG = "A gimlet is a small tool that opens a hole. ".repeat(100);
  private static final WebSocketListener ECHO =
      WebSocketListener.onMessage((connection, message) -> connection.send(message));

  private final Gimlet app = Gimlet.bare();
  private final Room room = app.room("room");
  private final MessageDeflater deflater = new MessageDeflater(6);
  private final MessageInflater inflater = new MessageInflater();
  private RunningServer server;

  @BeforeEach
  void start() {
    app.ws("/event", ECHO);
    app.ws(
        "/loop",
        connection -> {
          for (Message message : connection) {
            connection.send(message);
          }
        });
    app.ws("/never", WebSocketOptions.builder().noCompression().build(), ECHO);
    app.ws("/takeover", takeover(), ECHO);
    app.ws(
        "/room",
        connection -> {
          room.join(connection);
          for (Message message : connection) {
            room.publish(message);
          }
        });
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
    deflater.close();
    inflater.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/event", "/loop"})
  void worksBothWays(String path) throws IOException {
    try (RawWebSocket client = connect(path, "permessage-deflate; client_max_window_bits")) {
      send(client, LONG);

      RawWebSocket.Frame echo = client.read();
      assertThat(echo.isCompressed()).isTrue();
      assertThat(echo.payload().length).isLessThan(LONG.length() / 10);
      assertThat(inflate(echo)).isEqualTo(LONG);
    }
  }

  @Test
  void leavesShortMessagesAlone() throws IOException {
    try (RawWebSocket client = connect("/event", "permessage-deflate")) {
      send(client, "short");

      RawWebSocket.Frame echo = client.read();
      assertThat(echo.isCompressed()).isFalse();
      assertThat(echo.text()).isEqualTo("short");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 65_535, 65_536, LIMIT})
  void takesEverySize(int size) throws IOException {
    String text = "x".repeat(size);
    try (RawWebSocket client = connect("/event", "permessage-deflate")) {
      send(client, text);

      assertThat(inflate(client.read())).isEqualTo(text);
    }
  }

  @Test
  void takesFragmentsOfWhichOnlyTheFirstIsMarked() throws IOException {
    byte[] compressed = deflater.deflate(LONG.getBytes(UTF_8), 15);
    byte[] head = Arrays.copyOf(compressed, 20);
    byte[] tail = Arrays.copyOfRange(compressed, 20, compressed.length);
    try (RawWebSocket client = connect("/event", "permessage-deflate")) {
      client.write(frame(COMPRESSED | TEXT, head.length, head));
      client.write(frame(0x80, tail.length, tail));

      assertThat(inflate(client.read())).isEqualTo(LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 12, 14})
  void keepsTheWindowThatTheClientAskedFor(int bits) throws IOException {
    try (RawWebSocket client =
        connect("/event", "permessage-deflate; server_max_window_bits=" + bits)) {
      send(client, LONG);

      assertThat(inflate(client.read())).isEqualTo(LONG);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/event, 8",
    "/event, 9",
    "/event, 10",
    "/event, 11",
    "/event, 12",
    "/event, 13",
    "/event, 14",
    "/takeover, 8",
    "/takeover, 9",
    "/takeover, 12",
    "/takeover, 14",
    "/room, 9",
    "/room, 10",
    "/room, 12",
    "/room, 14"
  })
  void refersNoFurtherBackThanTheClientAskedFor(String path, int bits) throws IOException {
    String twice = noise(1 << bits).repeat(2); // 6 bits in each byte, 3 for a large window
    try (RawWebSocket client =
        connect(path, "permessage-deflate; server_max_window_bits=" + bits)) {
      RawWebSocket.Frame echo = echo(client, twice);

      assertThat(inflate(echo)).isEqualTo(twice);
      assertThat((double) echo.payload().length).isGreaterThan(0.7 * twice.length());
    }
  }

  @Test
  void refersToAllOfTheFullWindow() throws IOException {
    String twice = noise(1 << 14).repeat(2);
    try (RawWebSocket client = connect("/event", "permessage-deflate")) {
      assertThat((double) echo(client, twice).payload().length).isLessThan(0.5 * twice.length());
    }
  }

  /// Random text of 64 letters.
  private static String noise(int length) {
    return new Random(length)
        .ints(length, '0', '0' + 64)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void remembersEarlierMessagesWithContextTakeover() throws IOException {
    try (RawWebSocket client = connect("/takeover", "permessage-deflate")) {
      var window = new SlidingWindow();
      int firstLength = 0;
      int lastLength = 0;
      for (int i = 0; i < 50; i++) {
        byte[] compressed = deflater.deflateFurther(LONG.getBytes(UTF_8), 15);
        client.write(frame(0x80 | COMPRESSED | TEXT, compressed.length, compressed));
        RawWebSocket.Frame echo = client.read();
        assertThat(new String(inflater.inflateFurther(echo.payload(), window, LIMIT), UTF_8))
            .isEqualTo(LONG);
        firstLength = i == 0 ? echo.payload().length : firstLength;
        lastLength = echo.payload().length;
      }

      assertThat(lastLength).isLessThan(firstLength);
    }
  }

  @Test
  void sendsARoomsPublicationToEachMemberAsItCanReadIt() throws IOException {
    try (RawWebSocket plain = RawWebSocket.connect(server.port(), "/room");
        RawWebSocket small = connect("/room", "permessage-deflate; server_max_window_bits=10");
        RawWebSocket full = connect("/room", "permessage-deflate")) {
      for (RawWebSocket member : new RawWebSocket[] {plain, small, full}) {
        member.send("here");
        while (!member.read().text().equals("here")) {
          // what others said
        }
      }
      plain.send(LONG);

      assertThat(lastOf(plain).text()).isEqualTo(LONG);
      assertThat(inflate(lastOf(small))).isEqualTo(LONG);
      assertThat(inflate(lastOf(full))).isEqualTo(LONG);
    }
  }

  /// The first message longer than a greeting.
  private RawWebSocket.Frame lastOf(RawWebSocket member) throws IOException {
    RawWebSocket.Frame frame = member.read();
    while (frame.payload().length <= 4) {
      frame = member.read();
    }
    return frame;
  }

  @Test
  void givesNativeMemoryBackWithEachConnectionAndTheServer() throws IOException {
    int inflaters = MessageInflater.openCount();
    int deflaters = MessageDeflater.openCount();
    for (int i = 0; i < 50; i++) {
      try (RawWebSocket client = connect("/takeover", "permessage-deflate")) {
        send(client, LONG);
        assertThat(client.read().isCompressed()).isTrue();
      }
    }
    server.close();

    while (MessageInflater.openCount() > inflaters || MessageDeflater.openCount() > deflaters) {
      Thread.onSpinWait(); // the event loops are ending
    }
  }

  @Test
  void holdsNoCompressorForConnectionsThatAreIdle() throws IOException {
    int inflaters = MessageInflater.openCount();
    int deflaters = MessageDeflater.openCount();
    try (RunningServer single = onOneLoop();
        Crowd _ = new Crowd(single)) {
      assertThat(MessageInflater.openCount()).isLessThanOrEqualTo(inflaters + 1); // the loop's
      assertThat(MessageDeflater.openCount()).isLessThanOrEqualTo(deflaters + 1);
    }
  }

  private static RunningServer onOneLoop() {
    return Gimlet.bare(ServerOptions.builder().eventLoops(1).build()).ws("/event", ECHO).start(0);
  }

  /// Connections that have had one compressed message echoed and are idle.
  private final class Crowd implements AutoCloseable {

    static final int SIZE = 500;

    private final List<RawWebSocket> clients = new ArrayList<>();

    Crowd(RunningServer at) throws IOException {
      for (int i = 0; i < SIZE; i++) {
        RawWebSocket client = dial(at, "/event");
        clients.add(client);
        client.readHead();
        RawWebSocket.Frame echo = echo(client, LONG);
        assertThat(echo.isCompressed()).isTrue();
      }
    }

    @Override
    public void close() throws IOException {
      for (RawWebSocket client : clients) {
        client.close();
      }
    }
  }

  @Nested
  class HostilePeers {

    @Test
    void areCutOffAtTheLimitWhileInflating() throws IOException {
      byte[] bomb = deflater.deflate(new byte[8 << 20], 15);
      try (RawWebSocket client = connect("/event", "permessage-deflate")) {
        client.write(frame(0x80 | COMPRESSED | TEXT, bomb.length, bomb));

        assertThat(client.readUntilClose()).isEqualTo(1009);
      }
    }

    @Test
    void sendingCorruptDataGet1007() throws IOException {
      try (RawWebSocket client = connect("/event", "permessage-deflate")) {
        client.write(frame(0x80 | COMPRESSED | TEXT, 3, new byte[] {(byte) 0xFF, 1, 2}));

        assertThat(client.readUntilClose()).isEqualTo(1007);
      }
    }

    @Test
    void sendingTextThatIsNotUtf8Get1007() throws IOException {
      byte[] compressed = deflater.deflate(new byte[] {(byte) 0xC3, 0x28}, 15);
      try (RawWebSocket client = connect("/event", "permessage-deflate")) {
        client.write(frame(0x80 | COMPRESSED | TEXT, compressed.length, compressed));

        assertThat(client.readUntilClose()).isEqualTo(1007);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/event", "/never"})
    void compressingWithoutAnAgreementGet1002(String path) throws IOException {
      try (RawWebSocket client = RawWebSocket.connect(server.port(), path)) {
        client.write(frame(0x80 | COMPRESSED | TEXT, 1, new byte[] {0}));

        assertThat(client.readUntilClose()).isEqualTo(1002);
      }
    }

    @Test
    void markingAContinuationAsCompressedGet1002() throws IOException {
      try (RawWebSocket client = connect("/event", "permessage-deflate")) {
        client.write(frame(TEXT, 1, new byte[] {'x'}));
        client.write(frame(0x80 | COMPRESSED, 1, new byte[] {'x'}));

        assertThat(client.readUntilClose()).isEqualTo(1002);
      }
    }
  }

  @Test
  void remembersForSoManyConnectionsAndServesTheOthersWithout() throws IOException {
    Gimlet scarce = Gimlet.bare(ServerOptions.builder().maxContextTakeovers(1).build());
    scarce.ws("/takeover", takeover(), ECHO);
    try (RunningServer other = scarce.start(0)) {
      RawWebSocket first = dial(other, "/takeover");
      String firstHead = first.readHead();
      try (RawWebSocket second = dial(other, "/takeover")) {
        assertThat(firstHead).contains("permessage-deflate").doesNotContain("no_context_takeover");
        assertThat(second.readHead())
            .contains("server_no_context_takeover; client_no_context_takeover");
        assertThat(inflate(echo(second, LONG))).isEqualTo(LONG);
        assertThat(inflate(echo(second, LONG))).isEqualTo(LONG);
      }
      first.close();
      awaitRoom(other);
    }
  }

  /// The server learns of an end a little later than the client.
  private void awaitRoom(RunningServer other) throws IOException {
    String head;
    do {
      try (RawWebSocket next = dial(other, "/takeover")) {
        head = next.readHead();
      }
    } while (head.contains("no_context_takeover"));
  }

  private RawWebSocket.Frame echo(RawWebSocket client, String text) throws IOException {
    send(client, text);
    return client.read();
  }

  private static RawWebSocket dial(RunningServer at, String path) throws IOException {
    RawWebSocket client = RawWebSocket.dial(at.port(), 0);
    client.write(handshake(path, "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
    return client;
  }

  private static WebSocketOptions takeover() {
    return WebSocketOptions.builder()
        .compression(Compression.DEFAULTS.withContextTakeover())
        .build();
  }

  private void send(RawWebSocket client, String text) throws IOException {
    byte[] compressed = deflater.deflate(text.getBytes(UTF_8), 15);
    client.write(frame(0x80 | COMPRESSED | TEXT, compressed.length, compressed));
  }

  private String inflate(RawWebSocket.Frame frame) {
    byte[] payload = frame.payload();
    return new String(frame.isCompressed() ? inflater.inflate(payload, LIMIT) : payload, UTF_8);
  }

  private RawWebSocket connect(String path, String offer) throws IOException {
    RawWebSocket client = RawWebSocket.dial(server.port(), 0);
    client.write(handshake(path, "Sec-WebSocket-Extensions: " + offer + "\r\n"));
    assertThat(client.readHead()).contains("Sec-WebSocket-Extensions: permessage-deflate");
    return client;
  }
}
