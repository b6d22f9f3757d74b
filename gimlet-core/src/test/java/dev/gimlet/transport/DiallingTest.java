package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client says and hears, against a peer whose bytes the test writes itself.
@Timeout(60)
class DiallingTest {

  private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");
  private static final long PATIENCE_SECONDS = 30;

  private final ClientLoops loops = ClientLoops.start(1, ServerEvents.NONE);
  private final ClientLoop loop = loops.next();
  private final ServerSocket door = door();
  private final Owner owner = new Owner();

  private static ServerSocket door() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @AfterEach
  void close() throws IOException {
    loops.close(Duration.ofSeconds(20));
    door.close();
  }

  /// Keeps what it is told. Thread-safe: one concurrent queue.
  private static final class Owner implements ClientOwner {

    private final LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Override
    public void onFailed(DialFailure failure) {
      told.add(failure);
    }

    @Override
    public void onOpen(WebSocketConnection connection) {
      told.add(connection);
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      told.add(message);
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      told.add(status);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onRoom() {}

    private <T> T next(Class<T> kind) throws InterruptedException {
      Object next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(next).isInstanceOf(kind);
      return kind.cast(next);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: A\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nno colon\r\n\r\n"
      })
  void failsWhenTheAnswerIsBroken(String answer) throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      readHead(peer.getInputStream());
      peer.getOutputStream().write(answer.getBytes(ISO_8859_1));

      owner.next(DialFailure.Broken.class);
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void failsWhenTheHeadDoesNotEnd() throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      readHead(peer.getInputStream());
      peer.getOutputStream()
          .write(("HTTP/1.1 101 S\r\nA: " + "b".repeat(20_000)).getBytes(ISO_8859_1));

      assertThat(owner.next(DialFailure.Broken.class).rule()).contains("16384");
    }
  }

  @Test
  void tellsTheStatusOfARefusal() throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      readHead(peer.getInputStream());
      peer.getOutputStream()
          .write("HTTP/1.1 503 Busy\r\nRetry-After: 9\r\n\r\nlater".getBytes(ISO_8859_1));

      assertThat(owner.next(DialFailure.Refused.class))
          .isEqualTo(new DialFailure.Refused(503, "Busy", Optional.of("9")));
    }
  }

  @Test
  void doesNotFollowARedirectWithItsCredentials() throws Exception {
    dial(door.getLocalPort());
    try (ServerSocket elsewhere = door();
        Socket peer = door.accept()) {
      readHead(peer.getInputStream());
      String place = "ws://127.0.0.1:" + elsewhere.getLocalPort() + "/";
      peer.getOutputStream()
          .write(("HTTP/1.1 302 Found\r\nLocation: " + place + "\r\n\r\n").getBytes(ISO_8859_1));

      assertThat(owner.next(DialFailure.Refused.class).reason()).contains("not followed", place);
      elsewhere.setSoTimeout(1);
      assertThat(catchThrowable(elsewhere::accept)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void tellsThatThePeerLeft() throws Exception {
    dial(door.getLocalPort());
    door.accept().close();

    owner.next(DialFailure.Unreachable.class);
  }

  @Test
  void tellsThatLookingUpTheHostFailed() throws Exception {
    Dial dial = dial(door.getLocalPort(), "host.example");
    loop.execute(() -> new Dialling(loop, dial, owner, DiallingTest::fail).begin());

    assertThat(owner.next(DialFailure.Unreachable.class).reason())
        .contains("host.example", "the resolver is broken");
  }

  private static InetAddress[] fail(String host) {
    throw new IllegalStateException("the resolver is broken");
  }

  @Test
  void tellsThatNobodyListens() throws Exception {
    int port = door.getLocalPort();
    door.close();
    dial(port);

    assertThat(owner.next(DialFailure.Unreachable.class).reason())
        .contains("127.0.0.1:" + port, "refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dgimlet.test=native", "-Dio.netty.transport.noNative=true"})
  @EnabledOnOs(OS.LINUX)
  void tellsThatThereAreNoDescriptors(String transport) throws Exception {
    int port = door.getLocalPort();
    door.close();

    List<String> outcomes = DescriptorlessDial.outcomes(port, 256, transport);

    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0)).startsWith("Unreachable").contains("refused");
    assertThat(outcomes.get(1)).startsWith("Unreachable").contains("Too many open files");
    assertThat(outcomes.get(2)).startsWith("Unreachable").contains("refused");
  }

  @Test
  void saysNothingOnceItIsAbandoned() throws Exception {
    CompletableFuture<Dialling> dialling = new CompletableFuture<>();
    loop.execute(() -> dialling.complete(loop.dial(dial(door.getLocalPort(), "127.0.0.1"), owner)));
    try (Socket peer = door.accept()) {
      readHead(peer.getInputStream());
      loop.execute(dialling.get()::abandon);
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    dial(door.getLocalPort());
    door.accept().close();
    owner.next(DialFailure.Unreachable.class); // of the second, and the first told nothing before
    assertThat(owner.told).isEmpty();
  }

  @Test
  void masksEachFrameWithAKeyOfItsOwn() throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      peer.getOutputStream().write(accept(readHead(peer.getInputStream())));
      WebSocketConnection connection = owner.next(WebSocketConnection.class);
      for (int i = 0; i < 50; i++) {
        connection.send("the same");
      }

      DataInputStream in = new DataInputStream(peer.getInputStream());
      Set<Integer> keys = new HashSet<>();
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        assertThat(in.readUnsignedShort()).isEqualTo(0x8180 | "the same".length());
        int key = in.readInt();
        byte[] payload = in.readNBytes("the same".length());
        for (int at = 0; at < payload.length; at++) {
          payload[at] ^= (byte) (key >> (24 - 8 * (at % 4)));
        }
        keys.add(key);
        texts.add(new String(payload, ISO_8859_1));
      }
      assertThat(keys).hasSize(50);
      assertThat(texts).containsOnly("the same");
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, 1006", "1001, 1006", "1011, 1011", "4500, 4500"})
  void tellsThatItsCloseWasNotAnswered(int code, int told) throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      peer.getOutputStream().write(accept(readHead(peer.getInputStream())));
      owner.next(WebSocketConnection.class).close(code, "");
      peer.getInputStream().readNBytes(8); // the close frame
    }

    assertThat(owner.next(CloseStatus.class).code()).isEqualTo(told);
  }

  @Test
  void sendsThePingsOfItsOwnerWhileTheOutboxIsFull() throws Exception {
    int size = 16 << 20; // more than the sockets take
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      peer.getOutputStream().write(accept(readHead(peer.getInputStream())));
      ClientConnection connection = owner.next(ClientConnection.class);

      connection.send(new byte[size]);
      connection.ping(); // the program's, which is left out
      connection.ping(new byte[8]);

      DataInputStream in = new DataInputStream(peer.getInputStream());
      assertThat(in.readUnsignedShort()).isEqualTo(0x82FF);
      assertThat(in.readLong()).isEqualTo(size);
      in.skipNBytes(Integer.BYTES + size);
      assertThat(in.readUnsignedShort()).isEqualTo(0x8980 | 8);
    }
  }

  @Test
  void takesFramesThatComeWithTheAnswer() throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      byte[] answer = accept(readHead(peer.getInputStream()));
      byte[] both = Arrays.copyOf(answer, answer.length + 4);
      both[answer.length] = (byte) 0x81;
      both[answer.length + 1] = 2;
      both[answer.length + 2] = 'h';
      both[answer.length + 3] = 'i';
      peer.getOutputStream().write(both);

      owner.next(WebSocketConnection.class);
      assertThat(owner.next(Text.class).value()).isEqualTo("hi");
    }
  }

  @Test
  void endsAConnectionWhoseOwnerRanOutOfMemoryWhenItOpened() throws Exception {
    loop.execute(() -> loop.dial(dial(door.getLocalPort(), "127.0.0.1"), new Greedy(owner)));
    try (Socket peer = door.accept()) {
      peer.getOutputStream().write(accept(readHead(peer.getInputStream())));
      DataInputStream in = new DataInputStream(peer.getInputStream());
      assertThat(in.readUnsignedByte()).isEqualTo(0x88);

      in.transferTo(OutputStream.nullOutputStream()); // to the end, which needs no answer

      assertThat(owner.next(CloseStatus.class).code()).isEqualTo(CloseStatus.INTERNAL_ERROR);
    }
  }

  /// Has no memory when the connection opens; passes the end on. Thread-safe as the other owner.
  private record Greedy(Owner owner) implements ClientOwner {

    @Override
    public void onFailed(DialFailure failure) {
      owner.onFailed(failure);
    }

    @Override
    public void onOpen(WebSocketConnection connection) {
      throw new OutOfMemoryError("wasted by " + connection);
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      owner.onClose(connection, status);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onRoom() {}
  }

  @Test
  void tellsThatAConnectionCouldNotBegin() throws Exception {
    var channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            throw new OutOfMemoryError("wasted for an address");
          }
        };
    ClientLoop own = new ClientLoop(loops, channel.eventLoop());
    channel.pipeline().addLast(new OpeningInbound(new Dialling(own, dial(1, "a.example"), owner)));
    channel.pipeline().fireChannelActive();
    ByteBuf request = channel.readOutbound();
    byte[] answer = accept(request.toString(ISO_8859_1));
    request.release();

    channel.writeInbound(Unpooled.wrappedBuffer(answer));

    assertThat(owner.next(DialFailure.Unreachable.class).reason())
        .contains("wasted for an address");
    channel.finishAndReleaseAll();
    own.home().release();
  }

  @Test
  void failsAConnectionWhoseServerMasks() throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      peer.getOutputStream().write(accept(readHead(peer.getInputStream())));
      owner.next(WebSocketConnection.class);

      peer.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x80, 1, 2, 3, 4});

      assertThat(owner.next(CloseStatus.class).code()).isEqualTo(CloseStatus.PROTOCOL_ERROR);
    }
  }

  @Test
  void leavesTheEndOfTheConnectionToTheServer() throws Exception {
    dial(door.getLocalPort());
    try (Socket peer = door.accept()) {
      peer.getOutputStream().write(accept(readHead(peer.getInputStream())));
      owner.next(WebSocketConnection.class).close();
      DataInputStream in = new DataInputStream(peer.getInputStream());
      assertThat(in.readUnsignedShort()).isEqualTo(0x8882);
      in.readNBytes(6);

      peer.getOutputStream().write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xE8});

      assertThat(owner.next(CloseStatus.class)).isEqualTo(CloseStatus.NORMAL_CLOSURE);
      peer.setSoTimeout(200);
      assertThat(catchThrowable(in::read)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  private void dial(int port) {
    loop.execute(() -> loop.dial(dial(port, "127.0.0.1"), owner));
  }

  private static Dial dial(int port, String host) {
    WebSocketOptions options =
        WebSocketOptions.builder().noCompression().closeTimeout(Duration.ofSeconds(20)).build();
    return new Dial(
        host,
        port,
        host,
        "/",
        List.of(),
        Optional.empty(),
        Optional.empty(),
        options,
        Duration.ofSeconds(20),
        Duration.ofSeconds(20));
  }

  private static byte[] accept(String request) {
    var key = KEY.matcher(request);
    assertThat(key.find()).isTrue();
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Handshake.acceptKey(key.group(1))
            + "\r\n\r\n";
    return head.getBytes(ISO_8859_1);
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }
}
