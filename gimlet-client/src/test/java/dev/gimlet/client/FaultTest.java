package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real sockets through a network that fails.
@Timeout(120)
class FaultTest {

  private static final Duration SOON = Duration.ofMillis(20);
  private static final int FLOOD = 1024; // messages of 64 KiB: more than any socket buffers
  private static final ClientOptions QUICK =
      ClientOptions.builder()
          .backOff(Duration.ofMillis(1), SOON)
          .confirmInterval(Duration.ofMillis(10))
          .build();

  private final RecordingListener listener = new RecordingListener();
  private final LinkedBlockingQueue<Message> received = new LinkedBlockingQueue<>();
  private final AtomicInteger flooded = new AtomicInteger(); // of those, accepted by the server
  private final WebSocketClient client = WebSocketClient.create(QUICK);
  private RunningServer server = start(0);
  private FaultProxy proxy = proxy();

  private FaultProxy proxy() {
    try {
      return FaultProxy.to(server.port());
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @BeforeEach
  void everythingIsUp() {
    assertThat(proxy.links()).isZero();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  private RunningServer start(int port) {
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build());
    app.ws(
        "/echo",
        WebSocketListener.onMessage((connection, message) -> {
          received.add(message);
          connection.send(message);
        }));
    app.ws(
        "/flood",
        WebSocketOptions.builder().noCompression().build(),
        connection -> {
          for (int i = 0; i < FLOOD && connection.awaitRoom(); i++) {
            connection.send(numbered(i));
            flooded.incrementAndGet();
          }
          connection.receive(); // until the client has closed
        });
    return app.start(port);
  }

  private URI uri() {
    return URI.create("ws://127.0.0.1:" + proxy.port() + "/echo");
  }

  @Test
  void comesBackAfterACut() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);

    proxy.cut();

    Reconnecting next = listener.next(Reconnecting.class);
    assertThat(next.attempt()).isEqualTo(1);
    assertThat(next.delay()).isBetween(Duration.ZERO, SOON);
    assertThat(next.because())
        .isEqualTo(new Ending.Closed(new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "")));
    Opened again = listener.next(Opened.class);
    assertThat(again.isResumed()).isTrue();
    assertThat(again.failures()).isEqualTo(1);
    assertEchoes(link, "after the cut");
  }

  @Test
  void comesBackAfterAReset() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);

    proxy.reset();

    listener.next(Reconnecting.class);
    listener.next(Opened.class);
    assertEchoes(link, "after the reset");
  }

  @Test
  void keepsTryingWhileItIsRefused() throws Exception {
    proxy.refuse();
    ClientLink link = client.connect(uri(), listener);

    for (int attempt = 1; attempt <= 5; attempt++) {
      Reconnecting next = listener.next(Reconnecting.class);
      assertThat(next.attempt()).isEqualTo(attempt);
      assertThat(next.because()).isInstanceOf(Ending.Unreachable.class);
    }
    proxy.admit();

    assertThat(listener.await(Opened.class).isResumed()).isFalse();
    assertEchoes(link, "after the refusals");
  }

  @Test
  void warnsAgainOnceItWasOpen() throws Exception {
    try (LoggedLines log = new LoggedLines()) {
      proxy.refuse();
      client.connect(uri(), listener);
      awaitAFailedAttempt();
      awaitAFailedAttempt();
      assertThat(log.lines()).hasSize(1);
      proxy.admit();
      listener.await(Opened.class);

      proxy.refuse();
      proxy.cut();
      awaitAFailedAttempt();
      awaitAFailedAttempt();

      assertThat(log.lines())
          .hasSize(2)
          .allMatch(line -> line.startsWith("WARNING " + uri() + ": "), "warns of the server");
    }
  }

  private void awaitAFailedAttempt() throws InterruptedException {
    while (listener.await(Reconnecting.class).because() instanceof Ending.Closed) {
      // that was a connection
    }
  }

  @Test
  void sendsWhatWasQueuedWhileItWasAway() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);
    proxy.refuse();
    proxy.cut();
    listener.next(Reconnecting.class);

    assertThat(link.send("1")).isEqualTo(SendOutcome.QUEUED);
    assertThat(link.send("2")).isEqualTo(SendOutcome.QUEUED);
    proxy.admit();

    listener.await(Opened.class);
    assertThat(listener.nextText()).isEqualTo("1");
    assertThat(listener.nextText()).isEqualTo("2");
  }

  @Test
  void findsAConnectionThatIsDeadByItsHeartbeat() throws Exception {
    WebSocketOptions beating =
        WebSocketOptions.builder()
            .heartbeat(Duration.ofMillis(200), Duration.ofMillis(300))
            .build();
    try (WebSocketClient quick = quick(ClientOptions.builder().webSocket(beating))) {
      ClientLink link = quick.connect(uri(), listener);
      listener.next(Opened.class);

      proxy.blackhole();

      assertThat(listener.next(Reconnecting.class).because())
          .isEqualTo(new Ending.Closed(new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "")));
      proxy.pass();
      listener.await(Opened.class);
      assertEchoes(link, "after the silence");
    }
  }

  @Test
  void tellsWhatMayBeLostInAConnectionThatBreaks() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);
    assertEchoes(link, "received");
    while (((ReconnectingLink) link).isUnconfirmed()) {
      Thread.onSpinWait();
    }

    proxy.blackhole();
    link.send("swallowed 1");
    link.send("swallowed 2");
    proxy.reset();

    assertThat(listener.next(Unsent.class)).satisfies(it -> isUnknown(it, "swallowed 1"));
    assertThat(listener.next(Unsent.class)).satisfies(it -> isUnknown(it, "swallowed 2"));
    listener.next(Reconnecting.class);
    assertThat(received).extracting(message -> ((Text) message).value()).contains("received");
  }

  private static void isUnknown(Unsent unsent, String text) {
    assertThat(unsent.message()).isEqualTo(Text.of(text));
    assertThat(unsent.fate()).isEqualTo(Unsent.Fate.UNKNOWN);
  }

  @Test
  void tellsWhatNeverLeft() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);
    proxy.refuse();
    proxy.cut();
    listener.next(Reconnecting.class);
    link.send("never");

    link.close();

    Unsent unsent = listener.await(Unsent.class);
    assertThat(unsent.message()).isEqualTo(Text.of("never"));
    assertThat(unsent.fate()).isEqualTo(Unsent.Fate.NOT_SENT);
    assertThat(listener.next(Ending.Closed.class).status()).isEqualTo(CloseStatus.NORMAL_CLOSURE);
    listener.hasNothingMore();
  }

  @Test
  void tellsNothingWhenAllHasArrivedBeforeItCloses() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);
    for (int i = 0; i < 100; i++) {
      link.send("message " + i);
    }

    link.close();

    Object told = listener.next(Object.class);
    while (told instanceof Text) {
      told = listener.next(Object.class);
    }
    assertThat(told).isEqualTo(new Ending.Closed(CloseStatus.NORMAL_CLOSURE));
    assertThat(received).hasSize(100);
  }

  @Test
  void tellsNothingOfAMessageThatFillsItsOutboxAndArrives() throws Exception {
    WebSocketOptions small = WebSocketOptions.builder().outboxBytes(1024).noCompression().build();
    ClientListener sender =
        new ClientListener() {
          @Override
          public void onOpen(ClientLink link, Opened opened) {
            link.send("x".repeat(1024)); // on the event loop, where it waits for the turn's end
            link.close();
          }

          @Override
          public void onUnsent(ClientLink link, Unsent unsent) {
            listener.onUnsent(link, unsent);
          }

          @Override
          public void onClose(ClientLink link, Ending ending) {
            listener.onClose(link, ending);
          }
        };
    try (WebSocketClient narrow =
        WebSocketClient.create(ClientOptions.builder().webSocket(small).build())) {
      narrow.connect(uri(), sender);

      listener.next(Ending.Closed.class);
      assertThat(received).hasSize(1);
    }
  }

  @Test
  void waitsWithoutLossWhileTheServerIsStalled() throws Exception {
    int count = 3000;
    String payload = "x".repeat(1000); // 3 MB: more than the outbox and the sockets take
    ClientOptions.Builder large = ClientOptions.builder().offline(OfflinePolicy.KEEP, 16 << 20);
    try (WebSocketClient patient = quick(large)) {
      ClientLink link = patient.connect(uri(), listener);
      listener.next(Opened.class);

      proxy.stall();
      for (int i = 0; i < count; i++) {
        assertThat(link.send(i + payload)).isIn(SendOutcome.SENT, SendOutcome.QUEUED);
      }
      proxy.pass();

      for (int i = 0; i < count; i++) {
        assertThat(listener.nextText()).isEqualTo(i + payload);
      }
      listener.hasNothingMore();
    }
  }

  @Test
  void tellsThatItsCloseWasNotAnswered() throws Exception {
    WebSocketOptions hasty =
        WebSocketOptions.builder().closeTimeout(Duration.ofMillis(100)).build();
    try (WebSocketClient quick = quick(ClientOptions.builder().webSocket(hasty))) {
      ClientLink link = quick.connect(uri(), listener);
      listener.next(Opened.class);

      proxy.blackhole();
      link.close();

      assertThat(listener.next(Ending.Closed.class).reason())
          .isEqualTo("closed with 1006: the close was not answered");
      listener.hasNothingMore();
    }
  }

  @Test
  void comesBackWhenTheServerIsStartedAgain() throws Exception {
    ClientLink link = client.connect(uri(), listener);
    listener.next(Opened.class);
    int port = server.port();

    server.close();
    assertThat(listener.next(Reconnecting.class).because())
        .isInstanceOfSatisfying(
            Ending.Closed.class, it -> assertThat(it.status().code()).isEqualTo(1001));
    server = start(port);

    listener.await(Opened.class);
    assertEchoes(link, "after the restart");
  }

  @Test
  void givesUpAHandshakeThatIsNotAnswered() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        WebSocketClient quick =
            quick(ClientOptions.builder().handshakeTimeout(Duration.ofMillis(100)))) {
      quick.connect(URI.create("ws://127.0.0.1:" + silent.getLocalPort() + "/"), listener);

      assertThat(listener.next(Reconnecting.class).because().reason()).endsWith(" in 100 ms");
      assertThat(listener.next(Reconnecting.class).attempt()).isEqualTo(2);
    }
  }

  @Test
  void givesUpAHandshakeThatComesInDrops() throws Exception {
    try (ServerSocket dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        WebSocketClient quick =
            quick(ClientOptions.builder().handshakeTimeout(Duration.ofMillis(300)).noReconnect())) {
      Thread.startVirtualThread(() -> drip(dripping));

      quick.connect(URI.create("ws://127.0.0.1:" + dripping.getLocalPort() + "/"), listener);

      assertThat(listener.next(Ending.Unreachable.class).reason()).endsWith(" in 300 ms");
    }
  }

  /// One byte of a head that never ends, as often as it is taken.
  private static void drip(ServerSocket door) {
    try (Socket peer = door.accept()) {
      while (true) {
        peer.getOutputStream().write("HTTP/1.1 101 Switching".charAt(0));
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException gone) {
      // the client gave up
    }
  }

  @Test
  void triesItsAddressesInTurn() throws Exception {
    proxy.refuse();
    URI good = URI.create("ws://127.0.0.1:" + server.port() + "/echo");

    ClientLink link = client.connect(List.of(uri(), good), listener);

    assertThat(listener.next(Reconnecting.class).attempt()).isEqualTo(1);
    listener.next(Opened.class);
    assertEchoes(link, "at the second");
  }

  @Test
  @SuppressWarnings("NullAway") // of a program that is not checked
  void triesAgainWhateverItsHookDoes() throws Exception {
    BeforeAttempt hook =
        request ->
            switch (request.failures()) {
              case 0 -> null;
              case 1 -> throw new AssertionError("a hook that throws, for a test");
              default -> request;
            };
    try (WebSocketClient hooked = quick(ClientOptions.builder().beforeAttempt(hook))) {
      hooked.connect(uri(), listener);

      assertThat(listener.next(Reconnecting.class).because().reason()).contains("null");
      assertThat(listener.next(Reconnecting.class).because().reason()).contains("for a test");
      listener.next(Opened.class);
    }
  }

  @Test
  void asksItsHookBeforeEachAttempt() throws Exception {
    URI good = uri();
    List<Integer> failures = new CopyOnWriteArrayList<>();
    BeforeAttempt hook =
        request -> {
          failures.add(request.failures());
          if (request.failures() == 1) {
            throw new IOException("no token");
          }
          return request.withUri(good).withHeaderField("X-Attempt", "" + request.failures());
        };
    try (WebSocketClient hooked = quick(ClientOptions.builder().beforeAttempt(hook))) {
      proxy.refuse();
      hooked.connect(URI.create("ws://127.0.0.1:1/old"), listener);
      listener.next(Reconnecting.class);
      assertThat(listener.next(Reconnecting.class).because().reason()).contains("no token");

      proxy.admit();

      listener.await(Opened.class);
      assertThat(failures).startsWith(0, 1, 2);
    }
  }

  @Test
  void goesOnInALoopAcrossConnections() throws Exception {
    LoopLink link = client.open(List.of(uri()), listener);
    listener.next(Opened.class);
    link.send("one");
    assertThat(link.receive()).contains(Text.of("one"));

    proxy.cut();
    listener.await(Reconnecting.class); // the answer may be here before the confirmation
    listener.next(Opened.class);
    link.send("two");

    assertThat(link.receive()).contains(Text.of("two"));
    link.close();
    assertThat(link.receive()).isEmpty();
  }

  @Test
  void pausesReadingWhileALoopDoesNotReceive() throws Exception {
    try (LoopLink link = client.open(URI.create("ws://127.0.0.1:" + server.port() + "/flood"))) {
      assertThat(link.receive()).contains(numbered(0));
      assertThat(countOnceItStands()).isLessThan(FLOOD);

      for (int i = 1; i < FLOOD; i++) {
        assertThat(link.receive()).contains(numbered(i));
      }
    }
  }

  /// How many messages of the flood were accepted once no more are for half a second: all of them,
  /// if nothing holds it up.
  @SuppressWarnings("ThreadSleep")
  private int countOnceItStands() throws InterruptedException {
    int before = -1;
    int now = flooded.get();
    while (now != before && now < FLOOD) {
      Thread.sleep(500);
      before = now;
      now = flooded.get();
    }
    return now;
  }

  private static Message numbered(int number) {
    byte[] bytes = new byte[64 << 10];
    ByteBuffer.wrap(bytes).putInt(number);
    return Binary.wrap(bytes);
  }

  @Test
  void dropsWhatCannotLeaveWhenItIsToldTo() throws Exception {
    ClientOptions.Builder dropping = ClientOptions.builder().offline(OfflinePolicy.DROP, 0);
    try (WebSocketClient forgetful = quick(dropping)) {
      proxy.refuse();
      ClientLink link = forgetful.connect(uri(), listener);
      listener.next(Reconnecting.class);

      assertThat(link.send("stale")).isEqualTo(SendOutcome.DROPPED);

      Unsent unsent = listener.await(Unsent.class);
      assertThat(unsent.message()).isEqualTo(Text.of("stale"));
      assertThat(unsent.fate()).isEqualTo(Unsent.Fate.NOT_SENT);
    }
  }

  @Test
  void remembersNoMoreOfWhatItDropsThanItsQueueMayHold() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    ClientListener slow =
        new ClientListener() {
          @Override
          public void onReconnecting(ClientLink link, Reconnecting next) {
            listener.onReconnecting(link, next);
          }

          @Override
          public void onUnsent(ClientLink link, Unsent unsent) {
            awaitQuietly(held);
            listener.onUnsent(link, unsent);
          }
        };
    ClientOptions.Builder dropping = ClientOptions.builder().offline(OfflinePolicy.DROP, 10_000);
    try (WebSocketClient forgetful = quick(dropping)) {
      proxy.refuse();
      ClientLink link = forgetful.connect(uri(), slow);
      listener.next(Reconnecting.class);

      int dropped = 0;
      for (int i = 0; i < 1000; i++) {
        dropped += link.send("x".repeat(1000)) == SendOutcome.DROPPED ? 1 : 0;
      }
      held.countDown();

      assertThat(dropped).isBetween(9, 18); // those that are being told, and those that wait
      for (int i = 0; i < dropped; i++) {
        listener.await(Unsent.class);
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void goesOnAfterAListenerThrew() throws Exception {
    client.connect(
        uri(),
        new ClientListener() {
          @Override
          public void onOpen(ClientLink link, Opened opened) {
            listener.onOpen(link, opened);
            link.send("boom");
          }

          @Override
          public void onMessage(ClientLink link, Message message) {
            throw new IllegalStateException("a listener that throws, for a test");
          }

          @Override
          public void onReconnecting(ClientLink link, Reconnecting next) {
            listener.onReconnecting(link, next);
          }
        });
    listener.next(Opened.class);

    assertThat(listener.next(Reconnecting.class).because())
        .isInstanceOfSatisfying(
            Ending.Closed.class, it -> assertThat(it.status().code()).isEqualTo(1011));
    assertThat(listener.next(Opened.class).isResumed()).isTrue();
  }

  @Test
  void comesBackAfterAListenerRanOutOfMemoryWhenItWasOpen() throws Exception {
    client.connect(
        uri(),
        new Forwarding() {
          @Override
          public void onOpen(ClientLink link, Opened opened) {
            super.onOpen(link, opened);
            if (!opened.isResumed()) {
              throw new OutOfMemoryError("wasted by onOpen");
            }
          }
        });
    listener.next(Opened.class);

    assertThat(listener.next(Reconnecting.class).because())
        .isInstanceOfSatisfying(
            Ending.Closed.class, it -> assertThat(it.status().code()).isEqualTo(1011));
    assertThat(listener.next(Opened.class).isResumed()).isTrue();
  }

  @Test
  void comesBackAfterAListenerRanOutOfMemoryWhenMessagesWereLost() throws Exception {
    ClientLink link = client.connect(uri(), new WastingOnUnsent());
    listener.next(Opened.class);

    proxy.blackhole();
    link.send("swallowed 1");
    link.send("swallowed 2");
    proxy.refuse();
    proxy.reset();

    assertThat(listener.next(Unsent.class)).satisfies(it -> isUnknown(it, "swallowed 1"));
    assertThat(listener.next(Unsent.class)).satisfies(it -> isUnknown(it, "swallowed 2"));
    listener.next(Reconnecting.class);
    proxy.pass();
    proxy.admit();
    listener.await(Opened.class);
    assertEchoes(link, "after the losses");
  }

  @Test
  void comesBackWhateverItsListenerThrows() throws Exception {
    ClientLink link =
        client.connect(
            uri(),
            new Forwarding() {
              @Override
              public void onUnsent(ClientLink from, Unsent unsent) {
                throwUnchecked(new IOException("thrown by onUnsent, for a test"));
              }
            });
    listener.next(Opened.class);

    proxy.blackhole();
    link.send("swallowed");
    proxy.reset();

    listener.next(Reconnecting.class);
  }

  /// As programs in other languages of the JVM do.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void throwUnchecked(Throwable failure) throws T {
    throw (T) failure;
  }

  @Test
  void endsAlthoughItsListenerRanOutOfMemory() throws Exception {
    proxy.refuse();
    ClientLink link = client.connect(uri(), new WastingOnUnsent());
    listener.next(Reconnecting.class);
    link.send("never");

    link.close();

    listener.await(Unsent.class);
    listener.next(Ending.Closed.class);
  }

  @Test
  void isForgottenAlthoughItsListenerRanOutOfMemory() throws Exception {
    WebSocketOptions patient = WebSocketOptions.builder().closeTimeout(Duration.ofHours(1)).build();
    WebSocketClient waiting = quick(ClientOptions.builder().webSocket(patient));
    ClientLink link =
        waiting.connect(
            uri(),
            new Forwarding() {
              @Override
              public void onClose(ClientLink from, Ending ending) {
                super.onClose(from, ending);
                throw new OutOfMemoryError("wasted by onClose");
              }
            });
    listener.next(Opened.class);
    link.close();
    listener.next(Ending.Closed.class);

    Thread closing = Thread.startVirtualThread(waiting::close);

    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
  }

  /// Passes on what the link tells, for subclasses that do more. Thread-safe as the recording is.
  private abstract class Forwarding implements ClientListener {

    @Override
    public void onOpen(ClientLink link, Opened opened) {
      listener.onOpen(link, opened);
    }

    @Override
    public void onMessage(ClientLink link, Message message) {
      listener.onMessage(link, message);
    }

    @Override
    public void onReconnecting(ClientLink link, Reconnecting next) {
      listener.onReconnecting(link, next);
    }

    @Override
    public void onUnsent(ClientLink link, Unsent unsent) {
      listener.onUnsent(link, unsent);
    }

    @Override
    public void onClose(ClientLink link, Ending ending) {
      listener.onClose(link, ending);
    }
  }

  /// Runs out of memory when it hears of a lost message. Thread-safe as the above.
  private final class WastingOnUnsent extends Forwarding {

    @Override
    public void onUnsent(ClientLink link, Unsent unsent) {
      super.onUnsent(link, unsent);
      throw new OutOfMemoryError("wasted by onUnsent");
    }
  }

  private void assertEchoes(ClientLink link, String text) throws Exception {
    link.send(text);

    assertThat(listener.nextText()).isEqualTo(text);
  }

  private static WebSocketClient quick(ClientOptions.Builder options) {
    return WebSocketClient.create(
        options.backOff(Duration.ofMillis(1), SOON).confirmInterval(Duration.ofMillis(10)).build());
  }
}
