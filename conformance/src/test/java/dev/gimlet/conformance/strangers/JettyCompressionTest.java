package dev.gimlet.conformance.strangers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Slow;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Jetty's client gets back what it sent, whatever it offers and keeps.
///
/// Jetty 12.1 does not keep `client_no_context_takeover`, neither asked for nor demanded: it goes
/// on to refer to earlier messages (RFC 7692 §7.1.1.2). So the server agrees to compression only
/// where Jetty may remember.
@Slow
class JettyCompressionTest {

  private static final String SENTENCE = "A gimlet is a small tool that opens a hole: ⚙ øåé. ";
  private static final int NORMAL_CLOSURE = 1000;

  private static EchoServer server;
  private static WebSocketClient client;

  @BeforeAll
  static void start() throws Exception {
    server = new EchoServer();
    client = JettyStranger.client();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
  }

  record Meeting(Offer offer, boolean takeover, List<Integer> sizes) {

    private String answer() {
      boolean jettyMayRemember = takeover && !offer.clientForgets();
      return jettyMayRemember ? offer.answer(true) : "";
    }

    @Override
    public String toString() {
      return offer.toHeaderField() + " at " + EchoServer.path(takeover);
    }
  }

  static Stream<Meeting> meetings() {
    return Slice.ofBuild().offers().flatMap(offer -> meetings(offer, Slice.SIZES));
  }

  static Stream<Meeting> meetingsOverLargeMessages() {
    return Slice.ofBuild()
        .offersForLargeMessages()
        .flatMap(offer -> meetings(offer, Slice.LARGE_SIZES));
  }

  private static Stream<Meeting> meetings(Offer offer, List<Integer> sizes) {
    return Stream.of(false, true).map(takeover -> new Meeting(offer, takeover, sizes));
  }

  @ParameterizedTest
  @MethodSource({"meetings", "meetingsOverLargeMessages"})
  void getsBackWhatItSent(Meeting meeting) throws Exception {
    var address = server.address(EchoServer.path(meeting.takeover()));
    try (var stranger = JettyStranger.connect(client, address, meeting.offer())) {
      assertThat(stranger.extensions()).isEqualTo(meeting.answer());
      for (int size : meeting.sizes()) {
        for (Message message : List.of(text(size), noise(size))) {
          stranger.send(message);
          assertThat(stranger.next().equals(message)).as("%s bytes", size).isTrue();
          stranger.sendInFragments(message);
          assertThat(stranger.next().equals(message)).as("%s bytes in fragments", size).isTrue();
        }
      }
      assertThat(stranger.closeAndWait()).isEqualTo(NORMAL_CLOSURE);
    }
  }

  private static Message text(int size) {
    int sentenceBytes = SENTENCE.getBytes(UTF_8).length;
    return Text.of(SENTENCE.repeat(size / sentenceBytes) + "x".repeat(size % sentenceBytes));
  }

  private static Message noise(int size) {
    byte[] noise = new byte[size];
    new Random(size).nextBytes(noise);
    return Binary.wrap(noise);
  }
}
