package dev.gimlet.websocket.codec;

import static dev.gimlet.websocket.codec.EndpointAssert.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.codec.WebSocketProtocol.State;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One endpoint on either side, spoken to in frames. A test that leaves an event unread fails.
@ParameterizedClass
@EnumSource(Side.class)
class WebSocketProtocolTest {

  private static final int LIMIT = 1_000;

  private final Side side;
  private final Endpoint endpoint;

  WebSocketProtocolTest(Side side) {
    this.side = side;
    this.endpoint = new Endpoint(side, LIMIT);
  }

  @AfterEach
  void leavesNoEventUnread() {
    assertThat(endpoint).nothingElse();
  }

  @Nested
  @DisplayName("RFC 6455 §5.1: masking")
  class Masking {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8, 9, 10})
    void isThatOfThePeersSide(int opcode) {
      endpoint.receive(WireFrame.of(opcode, (byte) 3, (byte) -24).from(side));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void isRefusedBeforeAnyPayload() {
      byte[] frame = WireFrame.text("hi").from(side);

      endpoint.receive(Arrays.copyOf(frame, 2));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.2: reserved bits and opcodes")
  class Framing {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void isRefusedWithReservedBits(int bits) {
      for (int opcode : new int[] {0, 1, 2, 8, 9, 10}) {
        var fresh = new Endpoint(side);

        fresh.receive(WireFrame.of(opcode).withReserved(bits));

        assertThat(fresh).failedWith(CloseStatus.PROTOCOL_ERROR).nothingElse();
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void isRefusedWithAReservedOpcodeByItsFirstByte(int opcode) {
      endpoint.receive(new byte[] {(byte) (0x80 | opcode)});

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void isRefusedOnlyBehindWhatWasRight() {
      endpoint.receive(WireFrame.text("right"), WireFrame.of(3), WireFrame.text("late"));

      assertThat(endpoint).received(Text.of("right")).failedWith(CloseStatus.PROTOCOL_ERROR);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.4: fragmentation")
  class Fragmentation {

    @Test
    void deliversFragmentsAsOneMessage() {
      endpoint.receive(
          WireFrame.text("a").fragment(),
          WireFrame.continuation("b").fragment(),
          WireFrame.continuation("c"));

      assertThat(endpoint).received(Text.of("abc"));
    }

    @Test
    void deliversNothingBeforeTheLastFragment() {
      endpoint.receive(WireFrame.text("a").fragment(), WireFrame.continuation("b").fragment());

      assertThat(endpoint).nothingElse();
    }

    @Test
    void answersControlFramesBetweenFragments() {
      endpoint.receive(
          WireFrame.text("a").fragment(),
          WireFrame.ping("1"),
          WireFrame.continuation("b").fragment(),
          WireFrame.pong("2"),
          WireFrame.ping("3"),
          WireFrame.continuation("c"));

      assertThat(endpoint)
          .sentPong("1")
          .sentPong("3")
          .receivedPing("1")
          .receivedPong("2")
          .receivedPing("3")
          .received(Text.of("abc"));
    }

    @Test
    void keepsTheTextOpenOverAControlFrameInsideACharacter() {
      byte[] utf8 = "世".getBytes(UTF_8);

      endpoint.receive(
          WireFrame.of(Opcode.TEXT, utf8[0]).fragment(),
          WireFrame.ping("\uD83D\uDE00"),
          WireFrame.of(Opcode.CONTINUATION, utf8[1], utf8[2]));

      assertThat(endpoint)
          .sentPong("\uD83D\uDE00")
          .receivedPing("\uD83D\uDE00")
          .received(Text.of("世"));
    }

    @Test
    void closesBetweenFragments() {
      endpoint.receive(
          WireFrame.text("a").fragment(), WireFrame.close(1000, ""), WireFrame.continuation("b"));

      assertThat(endpoint).sentClose(1000, "").closedWith(1000);
    }

    @Test
    void refusesAContinuationOfNothing() {
      endpoint.receive(WireFrame.continuation("a"));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void refusesANewMessageInsideAnOpenOne() {
      endpoint.receive(WireFrame.text("a").fragment(), WireFrame.binary(1));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10})
    void refusesControlFramesInFragments(int opcode) {
      endpoint.receive(WireFrame.of(opcode).fragment());

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.5.2, §5.5.3: ping and pong")
  class PingAndPong {

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "hello", "世界"})
    void answersAPingWithTheSamePayload(String payload) {
      endpoint.receive(WireFrame.ping(payload));

      assertThat(endpoint).sentPong(payload).receivedPing(payload);
    }

    @Test
    void answersAPingOf125Bytes() {
      String payload = "x".repeat(125);

      endpoint.receive(WireFrame.ping(payload));

      assertThat(endpoint).sentPong(payload).receivedPing(payload);
    }

    @Test
    void answersBytesThatAreNoText() {
      byte[] noise = WireFrame.bytes(0xFF, 0xFE, 0, 0xC0);

      endpoint.receive(WireFrame.of(Opcode.PING, noise));

      assertThat(endpoint.events)
          .containsExactly(
              new Event.Sent(Opcode.PONG, Binary.wrap(noise)),
              new Event.PingReceived(Binary.wrap(noise)));
      endpoint.events.clear();
    }

    @Test
    void refusesAPingOf126Bytes() {
      endpoint.receive(WireFrame.ping("x".repeat(126)));

      assertThat(endpoint).failedWith(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void answersTenPingsInOrder() {
      WireFrame[] pings =
          IntStream.range(0, 10).mapToObj(n -> WireFrame.ping("" + n)).toArray(WireFrame[]::new);

      endpoint.receive(pings);

      for (int n = 0; n < 10; n++) {
        assertThat(endpoint).sentPong("" + n).receivedPing("" + n);
      }
    }

    @Test
    void onlyTellsOfAPongNobodyAskedFor() {
      endpoint.receive(WireFrame.pong("unasked"), WireFrame.text("next"));

      assertThat(endpoint).receivedPong("unasked").received(Text.of("next"));
      assertThat(endpoint.protocol.state()).isEqualTo(State.OPEN);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.6: data frames")
  class DataFrames {

    @Test
    void areDeliveredInOrder() {
      endpoint.receive(
          WireFrame.text("one"), WireFrame.binary(2), WireFrame.text(""), WireFrame.binary());

      assertThat(endpoint)
          .received(Text.of("one"))
          .received(Binary.of((byte) 2))
          .received(Text.of(""))
          .received(Binary.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, LIMIT})
    void areDeliveredAtEveryFormOfLength(int length) {
      endpoint.receive(WireFrame.of(Opcode.BINARY, new byte[length]));

      assertThat(endpoint).received(Binary.wrap(new byte[length]));
    }
  }

  @Nested
  @DisplayName("RFC 6455 §8.1: text is UTF-8")
  class Utf8 {

    @Test
    void failsWith1007() {
      endpoint.receive(WireFrame.of(Opcode.TEXT, (byte) 'a', (byte) 0xFF));

      assertThat(endpoint).failedWith(CloseStatus.INVALID_PAYLOAD_DATA);
    }

    @Test
    void failsAtTheFirstImpossibleByteOfAFrame() {
      WireFrame text =
          WireFrame.of(Opcode.TEXT, WireFrame.bytes(0xCE, 0xBA, 0xF4, 0x90, 0x80, 0x80));
      byte[] frame = text.from(endpoint.peer());

      endpoint.receive(Arrays.copyOf(frame, frame.length - 3));
      assertThat(endpoint).nothingElse();
      endpoint.receive(new byte[] {frame[frame.length - 3]}); // Autobahn 6.4.3

      assertThat(endpoint).failedWith(CloseStatus.INVALID_PAYLOAD_DATA);
    }

    @Test
    void failsAtTheEndOfAMessageInsideACharacter() {
      endpoint.receive(WireFrame.of(Opcode.TEXT, (byte) 0xE4, (byte) 0xB8).fragment());
      assertThat(endpoint).nothingElse();

      endpoint.receive(WireFrame.continuation(""));

      assertThat(endpoint).failedWith(CloseStatus.INVALID_PAYLOAD_DATA);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §10.4: limits")
  class Limits {

    @Test
    void failWith1009ByTheHeaderAlone() {
      byte[] frame = WireFrame.of(Opcode.BINARY, new byte[LIMIT + 1]).from(endpoint.peer());

      endpoint.receive(Arrays.copyOf(frame, endpoint.peer() == Side.CLIENT ? 8 : 4));

      assertThat(endpoint).failedWith(CloseStatus.MESSAGE_TOO_BIG);
    }

    @Test
    void failWith1009AtTheFragmentThatPassesTheLimit() {
      endpoint.receive(
          WireFrame.of(Opcode.BINARY, new byte[LIMIT]).fragment(), WireFrame.continuation("x"));

      assertThat(endpoint).failedWith(CloseStatus.MESSAGE_TOO_BIG);
    }

    @Test
    void failWith1009InAFloodOfEmptyFragments() {
      byte[] flood = new byte[5_000 * WireFrame.continuation("").from(endpoint.peer()).length];
      byte[] fragment = WireFrame.continuation("").fragment().from(endpoint.peer());
      for (int at = 0; at < flood.length; at += fragment.length) {
        System.arraycopy(fragment, 0, flood, at, fragment.length);
      }

      endpoint.receive(WireFrame.text("").fragment());
      endpoint.receive(flood);

      assertThat(endpoint).failedWith(CloseStatus.MESSAGE_TOO_BIG);
    }

    @Test
    void countNoControlFrames() {
      endpoint.receive(WireFrame.of(Opcode.BINARY, new byte[LIMIT]).fragment());
      for (int n = 0; n < 3_000; n++) {
        endpoint.receive(WireFrame.pong("x".repeat(125)));
      }
      endpoint.events.clear();

      endpoint.receive(WireFrame.continuation(""));

      assertThat(endpoint).received(Binary.wrap(new byte[LIMIT]));
    }
  }

  @Nested
  class NotReady {

    @BeforeEach
    void wantNoMoreAfterOneMessage() {
      endpoint.reaction = event -> endpoint.ready = !(event instanceof Event.Received);
    }

    @Test
    void leavesTheRestUnread() {
      byte[] second = WireFrame.text("two").from(endpoint.peer());

      endpoint.receive(WireFrame.text("one"), WireFrame.text("two"));

      assertThat(endpoint).received(Text.of("one"));
      assertThat(endpoint.unreadBytes()).isEqualTo(second.length);
    }

    @Test
    void readsOnWhenReadyAgain() {
      endpoint.receive(WireFrame.text("one"), WireFrame.text("two"), WireFrame.text("three"));

      endpoint.becomesReady();

      assertThat(endpoint).received(Text.of("one")).received(Text.of("two")).nothingElse();
      endpoint.becomesReady();
      assertThat(endpoint).received(Text.of("three"));
      assertThat(endpoint.unreadBytes()).isZero();
    }

    @Test
    void readsNothingFromTheStart() {
      endpoint.ready = false;

      endpoint.receive(WireFrame.ping("later"), WireFrame.close(1000, ""));
      assertThat(endpoint).nothingElse();
      endpoint.becomesReady();

      assertThat(endpoint)
          .sentPong("later")
          .receivedPing("later")
          .sentClose(1000, "")
          .closedWith(1000);
    }

    @Test
    void readsOnInsideTheNextFrame() {
      byte[] both = WireFrame.from(endpoint.peer(), WireFrame.text("one"), WireFrame.text("two"));
      endpoint.receive(Arrays.copyOf(both, both.length - 1));

      endpoint.becomesReady();
      endpoint.receive(new byte[] {both[both.length - 1]});

      assertThat(endpoint).received(Text.of("one")).received(Text.of("two"));
    }

    @Test
    void swallowsTheRestOnceClosed() {
      endpoint.receive(WireFrame.text("one"), WireFrame.text("two"));

      endpoint.protocol.end();
      endpoint.receive(new byte[0]);

      assertThat(endpoint).received(Text.of("one")).closedWith(CloseStatus.ABNORMAL_CLOSURE);
      assertThat(endpoint.unreadBytes()).isZero();
    }
  }

  /// One long conversation with everything in it, cut in every way.
  @Nested
  class CutAnywhere {

    private byte[] conversation() {
      return WireFrame.from(
          endpoint.peer(),
          WireFrame.text("hello"),
          WireFrame.ping("p1"),
          WireFrame.text("κόσμε ").fragment(),
          WireFrame.continuation("世").fragment(),
          WireFrame.pong("p2"),
          WireFrame.continuation("").fragment(),
          WireFrame.continuation("\uD83D\uDE00"),
          WireFrame.of(Opcode.BINARY, new byte[200]),
          WireFrame.binary(),
          WireFrame.ping("x".repeat(125)),
          WireFrame.close(4321, "再见"),
          WireFrame.text("late"));
    }

    private List<Event> atOnce() {
      var whole = new Endpoint(side, LIMIT);
      whole.receive(conversation());
      return whole.events;
    }

    @Test
    void isTheSameInTwoPieces() {
      byte[] bytes = conversation();
      List<Event> atOnce = atOnce();

      for (int cut = 0; cut <= bytes.length; cut++) {
        var fresh = new Endpoint(side, LIMIT);
        fresh.receive(Arrays.copyOf(bytes, cut));
        fresh.receive(Arrays.copyOfRange(bytes, cut, bytes.length));

        assertThat(fresh.events).as("cut at %d", cut).isEqualTo(atOnce);
      }
    }

    @Test
    void isTheSameByteByByte() {
      endpoint.receiveBytewise(conversation());

      assertThat(endpoint.events).isEqualTo(atOnce());
      endpoint.events.clear();
    }

    @Test
    void holdsWhatItShould() {
      endpoint.receive(conversation());

      assertThat(endpoint)
          .received(Text.of("hello"))
          .sentPong("p1")
          .receivedPing("p1")
          .receivedPong("p2")
          .received(Text.of("κόσμε 世\uD83D\uDE00"))
          .received(Binary.wrap(new byte[200]))
          .received(Binary.of())
          .sentPong("x".repeat(125))
          .receivedPing("x".repeat(125))
          .sentClose(4321, "")
          .closedWith(CloseStatus.of(4321, "再见"));
    }
  }
}
