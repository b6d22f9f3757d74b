package dev.gimlet.websocket.codec;

import static dev.gimlet.websocket.codec.EndpointAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.codec.WebSocketProtocol.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How [WebSocketProtocol] closes, on either side. A test that leaves an event unread fails.
@ParameterizedClass
@EnumSource(Side.class)
class WebSocketProtocolClosingTest {

  private static final int LIMIT = 1_000;

  private final Side side;
  private final Endpoint endpoint;

  WebSocketProtocolClosingTest(Side side) {
    this.side = side;
    this.endpoint = new Endpoint(side, LIMIT);
  }

  @AfterEach
  void leavesNoEventUnread() {
    assertThat(endpoint).nothingElse();
  }

  @Nested
  @DisplayName("RFC 6455 §5.5.1: close frames")
  class CloseFrames {

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999})
    void areAnsweredWithTheSameCode(int code) {
      endpoint.receive(WireFrame.close(code, ""));

      assertThat(endpoint).sentClose(code, "").closedWith(code);
    }

    @Test
    void areAnsweredWithoutTheirReason() {
      endpoint.receive(WireFrame.close(4000, "世界"));

      assertThat(endpoint).sentClose(4000, "").closedWith(CloseStatus.of(4000, "世界"));
    }

    @Test
    void areAnsweredEmptyWhenEmpty() {
      endpoint.receive(WireFrame.close());

      assertThat(endpoint).sentEmptyClose().closedWith(CloseStatus.NO_STATUS_RECEIVED);
    }

    @Test
    void areRefusedWithHalfACode() {
      endpoint.receive(WireFrame.of(Opcode.CLOSE, (byte) 3));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void mayHave125Bytes() {
      String reason = "x".repeat(123);

      endpoint.receive(WireFrame.close(1000, reason));

      assertThat(endpoint).sentClose(1000, "").closedWith(CloseStatus.of(1000, reason));
    }

    @Test
    void areRefusedWith126BytesByTheirHeader() {
      byte[] frame = WireFrame.close(1000, "x".repeat(124)).from(endpoint.peer());

      endpoint.receive(Arrays.copyOf(frame, 2));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void areRefusedWith1007WhenTheReasonIsNotUtf8() {
      endpoint.receive(WireFrame.of(Opcode.CLOSE, (byte) 3, (byte) -24, (byte) 0xFF));

      assertThat(endpoint).failedWith(CloseStatus.INVALID_PAYLOAD_DATA);
    }

    /// All 65,536 codes on the wire: only those of the IANA registry and 3000 to 4999 are taken.
    @Test
    void areRefusedWithACodeThatMayNotBeSent() {
      int[] taken =
          IntStream.range(0, 65_536)
              .filter(code -> code != 1002 && answerTo(code) == code)
              .toArray();

      int[] legal =
          IntStream.concat(
                  IntStream.of(1000, 1001, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014),
                  IntStream.range(3000, 5000))
              .toArray();
      assertThat(taken).containsExactly(legal);
    }

    /// The code that both the peer and the application are told.
    private int answerTo(int code) {
      var fresh = new Endpoint(side);
      fresh.receive(WireFrame.close(code, ""));
      byte[] payload = ((Event.Sent) fresh.events.getFirst()).payload().bytes();
      int answer = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
      CloseStatus status = ((Event.Closed) fresh.events.getLast()).status();
      return fresh.events.size() == 2 && status.code() == answer ? answer : -1;
    }

    @Test
    void areTakenWith1002AndNotMistakenForAFault() {
      endpoint.receive(WireFrame.close(1002, ""));

      assertThat(endpoint).sentClose(1002, "").closedWith(1002);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §7: closing handshake")
  class ClosingHandshake {

    @Test
    void isStartedBySendingAClose() {
      endpoint.protocol.close(CloseStatus.of(4001, "bye"));

      assertThat(endpoint).sentClose(4001, "bye");
      assertThat(endpoint.protocol.state()).isEqualTo(State.CLOSING);
    }

    @Test
    void isFinishedByThePeersClose() {
      endpoint.protocol.close(CloseStatus.of(4001, "bye"));

      endpoint.receive(WireFrame.close(4001, ""));

      assertThat(endpoint).sentClose(4001, "bye").closedWith(CloseStatus.of(4001, "bye"));
      assertThat(endpoint.protocol.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void keepsTheFirstStatusWhenBothSidesClose() {
      endpoint.protocol.close(CloseStatus.of(4001, "mine"));

      endpoint.receive(WireFrame.close(4002, "theirs"));

      assertThat(endpoint).sentClose(4001, "mine").closedWith(CloseStatus.of(4001, "mine"));
    }

    @Test
    void isStartedOnce() {
      endpoint.protocol.close(CloseStatus.NORMAL_CLOSURE);
      endpoint.protocol.close(CloseStatus.GOING_AWAY);

      assertThat(endpoint).sentClose(1000, "");
    }

    @Test
    void isNotStartedAfterThePeers() {
      endpoint.receive(WireFrame.close(1000, ""));

      endpoint.protocol.close(CloseStatus.GOING_AWAY);

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
    }

    @Test
    void startsWithAnEmptyFrameForACodeThatIsNeverSent() {
      endpoint.protocol.close(new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "gone"));

      assertThat(endpoint).sentEmptyClose();
    }

    @Test
    void dropsMessagesThatArriveMeanwhile() {
      endpoint.protocol.close(CloseStatus.NORMAL_CLOSURE);

      endpoint.receive(
          WireFrame.text("late"),
          WireFrame.binary(1).fragment(),
          WireFrame.continuation("late"),
          WireFrame.close(1000, ""));

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
    }

    @Test
    void sendsNothingMoreWhateverArrivesMeanwhile() {
      endpoint.protocol.close(CloseStatus.NORMAL_CLOSURE);

      endpoint.receive(WireFrame.ping("late"), WireFrame.of(3));

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
    }

    @Test
    void ignoresDataAfterThePeersClose() {
      endpoint.receive(
          WireFrame.close(1000, ""),
          WireFrame.text("late"),
          WireFrame.ping("late"),
          WireFrame.close(1001, ""),
          WireFrame.of(3));
      endpoint.receive(WireFrame.text("later"));

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
      assertThat(endpoint.unreadBytes()).isZero();
    }

    @Test
    void ignoresDataAfterAFault() {
      endpoint.receive(WireFrame.of(3), WireFrame.text("late"), WireFrame.close(1000, ""));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
      assertThat(endpoint.unreadBytes()).isZero();
    }

    @Test
    void sendsItsFrameBeforeTheApplicationHearsOfTheEnd() {
      endpoint.receive(WireFrame.close(1000, ""));

      assertThat(endpoint.events)
          .containsExactly(
              Event.Sent.close(1000, ""), new Event.Closed(CloseStatus.NORMAL_CLOSURE));
      endpoint.events.clear();
    }
  }

  @Nested
  @DisplayName("RFC 6455 §7.1.5: the transport ends")
  class End {

    @Test
    void isAbnormalWithoutAClose() {
      endpoint.protocol.end();

      assertThat(endpoint).closedWith(CloseStatus.ABNORMAL_CLOSURE);
      assertThat(endpoint.protocol.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void isAbnormalInsideAFrame() {
      endpoint.receive(new byte[] {(byte) 0x82});

      endpoint.protocol.end();

      assertThat(endpoint).closedWith(CloseStatus.ABNORMAL_CLOSURE);
    }

    @Test
    void keepsTheStatusThisSideClosedWith() {
      endpoint.protocol.close(CloseStatus.of(4001, "bye"));

      endpoint.protocol.end();

      assertThat(endpoint).sentClose(4001, "bye").closedWith(CloseStatus.of(4001, "bye"));
    }

    @Test
    void isToldOnce() {
      endpoint.receive(WireFrame.close(1000, ""));

      endpoint.protocol.end();
      endpoint.protocol.end();

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
    }

    @Test
    void leavesNothingToRead() {
      endpoint.protocol.end();

      endpoint.receive(WireFrame.text("late"));

      assertThat(endpoint).closedWith(CloseStatus.ABNORMAL_CLOSURE);
      assertThat(endpoint.unreadBytes()).isZero();
    }
  }

  /// Every order of up to five of: close, peer's close, message, ping, fault, end.
  @Nested
  class EveryOrder {

    private static final int LONGEST = 5;
    private static final int STEPS = 6;

    private void take(Endpoint fresh, int step) {
      switch (step) {
        case 0 -> fresh.protocol.close(CloseStatus.of(4001, ""));
        case 1 -> fresh.receive(WireFrame.close(4002, ""));
        case 2 -> fresh.receive(WireFrame.text("hi"));
        case 3 -> fresh.receive(WireFrame.ping(""));
        case 4 -> fresh.receive(WireFrame.of(3));
        default -> fresh.protocol.end();
      }
    }

    private List<Event> run(int order, int length) {
      var fresh = new Endpoint(side);
      for (int step = 0, rest = order; step < length; step++, rest /= STEPS) {
        take(fresh, rest % STEPS);
      }
      return fresh.events;
    }

    @Test
    void endsOnceAndSendsNothingBehindAClose() {
      List<String> wrong = new ArrayList<>();
      for (int order = 0; order < Math.pow(STEPS, LONGEST); order++) {
        List<Event> events = run(order, LONGEST);
        if (!endsOnce(events) || !closeIsSentLast(events)) {
          wrong.add(events.toString());
        }
      }

      assertThat(wrong).isEmpty();
    }

    private static boolean endsOnce(List<Event> events) {
      long ends = events.stream().filter(Event.Closed.class::isInstance).count();
      return ends == 0 || (ends == 1 && events.getLast() instanceof Event.Closed);
    }

    private static boolean closeIsSentLast(List<Event> events) {
      List<Integer> sent =
          events.stream()
              .filter(Event.Sent.class::isInstance)
              .map(event -> ((Event.Sent) event).opcode())
              .toList();
      return sent.indexOf(Opcode.CLOSE) < 0 || sent.indexOf(Opcode.CLOSE) == sent.size() - 1;
    }
  }

  /// The receiver acts from within its callbacks.
  @Nested
  class Reaction {

    @Test
    void closesFromWithinAMessage() {
      endpoint.reaction = on(Event.Received.class, CloseStatus.of(4001, ""));

      endpoint.receive(WireFrame.text("one"), WireFrame.text("late"), WireFrame.close(4001, ""));

      assertThat(endpoint).received(Text.of("one")).sentClose(4001, "").closedWith(4001);
    }

    @Test
    void endsFromWithinAMessage() {
      endpoint.reaction = event -> endIf(event instanceof Event.Received);

      endpoint.receive(WireFrame.text("one"), WireFrame.text("late"));

      assertThat(endpoint).received(Text.of("one")).closedWith(CloseStatus.ABNORMAL_CLOSURE);
      assertThat(endpoint.unreadBytes()).isZero();
    }

    @Test
    void closesFromWithinAPing() {
      endpoint.reaction = on(Event.PingReceived.class, CloseStatus.of(4001, ""));

      endpoint.receive(WireFrame.ping("x"), WireFrame.ping("late"));

      assertThat(endpoint).sentPong("x").receivedPing("x").sentClose(4001, "");
    }

    @Test
    void sendsOneCloseWhenSendingItCloses() {
      endpoint.reaction = on(Event.Sent.class, CloseStatus.of(4009, ""));

      endpoint.receive(WireFrame.close(4001, ""));

      assertThat(endpoint).sentClose(4001, "").closedWith(4001);
    }

    @ParameterizedTest
    @MethodSource("dev.gimlet.websocket.codec.WebSocketProtocolClosingTest#lastFrames")
    void endsOnceWhenSendingTheCloseBreaksTheTransport(WireFrame last) {
      endpoint.reaction = event -> endIf(event instanceof Event.Sent);

      endpoint.receive(last);

      assertThat(endpoint.events).hasSize(2).last().isInstanceOf(Event.Closed.class);
      endpoint.events.clear();
    }

    @Test
    void keepsThePeersStatusWhenAnsweringBreaksTheTransport() {
      endpoint.reaction = event -> endIf(event instanceof Event.Sent);

      endpoint.receive(WireFrame.close(4002, "theirs"));

      assertThat(endpoint).sentClose(4002, "").closedWith(CloseStatus.of(4002, "theirs"));
    }

    @Test
    void sendsNothingWhenTheEndIsTold() {
      endpoint.reaction = on(Event.Closed.class, CloseStatus.GOING_AWAY);

      endpoint.receive(WireFrame.close(1000, ""));

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
    }

    private Consumer<Event> on(Class<? extends Event> kind, CloseStatus status) {
      return event -> {
        if (kind.isInstance(event)) {
          endpoint.protocol.close(status);
        }
      };
    }

    private void endIf(boolean now) {
      if (now) {
        endpoint.protocol.end();
      }
    }
  }

  static Stream<WireFrame> lastFrames() {
    return Stream.of(WireFrame.close(1000, ""), WireFrame.close(), WireFrame.of(3));
  }

  /// Two endpoints speak to each other: what one sends the other receives.
  @Nested
  class BothSides {

    private final Endpoint other = new Endpoint(endpoint.peer(), LIMIT);

    @AfterEach
    void leavesNoEventUnreadThere() {
      assertThat(other).nothingElse();
    }

    private void pass(Endpoint from, Endpoint to) {
      List<Event> sent = from.events.stream().filter(Event.Sent.class::isInstance).toList();
      from.events.removeAll(sent);
      sent.stream()
          .map(Event.Sent.class::cast)
          .forEach(frame -> to.receive(WireFrame.of(frame.opcode(), frame.payload().bytes())));
    }

    @Test
    void closeTogether() {
      endpoint.protocol.close(CloseStatus.of(4001, "bye"));
      pass(endpoint, other);
      pass(other, endpoint);

      assertThat(endpoint).closedWith(CloseStatus.of(4001, "bye"));
      assertThat(other).closedWith(CloseStatus.of(4001, "bye"));
    }

    @Test
    void closeAtTheSameTime() {
      endpoint.protocol.close(CloseStatus.of(4001, ""));
      other.protocol.close(CloseStatus.of(4002, ""));
      pass(endpoint, other);
      pass(other, endpoint);

      assertThat(endpoint).closedWith(4001);
      assertThat(other).closedWith(4002);
    }
  }
}
