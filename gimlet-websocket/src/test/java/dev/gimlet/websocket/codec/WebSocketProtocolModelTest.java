package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.Event.Closed;
import dev.gimlet.websocket.codec.Event.PongReceived;
import dev.gimlet.websocket.codec.Event.Sent;
import dev.gimlet.websocket.codec.RandomDeflater.Agreement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random conversations, each read by the codec in random pieces and by [ProtocolModel] at once.
///
/// One in four has agreed on compression. The profile `model` sends 10 million frames. A failure
/// names the seed that repeats it; the seed then belongs into [#readsAgainWhatOnceFailed].
class WebSocketProtocolModelTest {

  private static final long FRAMES = Long.getLong("gimlet.model.frames", 300_000);
  private static final long SEED = Long.getLong("gimlet.model.seed", 20_261_123);
  private static final int LIMIT = 512; // small, so that it is met all the time
  private static final int MINUTES = 5; // 10 million frames take one to two
  private static final CloseStatus OWN_CLOSE = CloseStatus.of(4001, "");

  private final AtomicLong nextSeed = new AtomicLong(SEED);
  private final AtomicLong frames = new AtomicLong();

  /// The first seed that tells the two apart when the codec, or once the model, does this.
  @ParameterizedTest
  @CsvSource({
    "4, unmasks each piece from the start of the key",
    "28, ends a compressed message at its first final block",
    "35, answers a ping behind its own close",
    "48, lets a text end inside a character",
    "75, does not look at text that was compressed",
    "139, grants what was compressed no more bytes than the limit",
    "921, takes a compressed message that lost its end",
    "3477, takes RSV1 on a continuation",
    "6698, counts empty fragments as nothing",
    "12866233400815, calls data corrupt that is already beyond the limit",
    "21718164069113, looks for corrupt data behind the limit"
  })
  void readsAgainWhatOnceFailed(long seed, String fault) {
    assertThat(new Reader().readConversation(seed)).as(fault).isPositive();
  }

  @Test
  @Timeout(value = MINUTES, unit = TimeUnit.MINUTES)
  void readsEveryConversationAsTheModelDoes() {
    IntStream.range(0, Runtime.getRuntime().availableProcessors())
        .parallel()
        .forEach(_ -> converseUntilEnough());

    assertThat(frames).hasValueGreaterThanOrEqualTo(FRAMES);
  }

  /// What a conversation may have begun with when a frame arrives.
  enum Begun {
    NOTHING,
    A_MESSAGE,
    A_COMPRESSED_MESSAGE;

    byte[] from(Side sender) {
      WireFrame fragment = WireFrame.text("a").fragment();
      return switch (this) {
        case NOTHING -> new byte[0];
        case A_MESSAGE -> fragment.from(sender);
        case A_COMPRESSED_MESSAGE -> fragment.withReserved(4).from(sender);
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SERVER, NONE, NOTHING",
    "SERVER, NONE, A_MESSAGE",
    "SERVER, EACH_ALONE, NOTHING",
    "SERVER, EACH_ALONE, A_MESSAGE",
    "SERVER, EACH_ALONE, A_COMPRESSED_MESSAGE",
    "CLIENT, NONE, NOTHING",
    "CLIENT, NONE, A_MESSAGE",
    "CLIENT, EACH_ALONE, NOTHING",
    "CLIENT, EACH_ALONE, A_MESSAGE",
    "CLIENT, EACH_ALONE, A_COMPRESSED_MESSAGE"
  })
  void readsAFrameOfEveryFirstTwoBytesAsTheModelDoes(Side side, Agreement agreed, Begun begun) {
    new Reader().readEveryFrame(side, agreed, begun.from(side.peer()));
  }

  private void converseUntilEnough() {
    var reader = new Reader();
    while (frames.get() < FRAMES) {
      long seed = nextSeed.getAndIncrement();
      try {
        frames.addAndGet(reader.readConversation(seed));
      } catch (RuntimeException | AssertionError failure) {
        frames.set(FRAMES); // the other threads stop too
        throw new AssertionError(
            "repeat with -Dgimlet.model.frames=1 -Dgimlet.model.seed=" + seed, failure);
      }
    }
  }

  /// One thread's readings, on both sides in turn.
  private static final class Reader {

    private final ProtocolModel serverModel = new ProtocolModel(Side.SERVER, LIMIT);
    private final ProtocolModel clientModel = new ProtocolModel(Side.CLIENT, LIMIT);
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true); // lives as the test

    int readConversation(long seed) {
      var random = new SplittableRandom(seed);
      Side side = random.nextBoolean() ? Side.SERVER : Side.CLIENT;
      Agreement agreed =
          random.nextInt(4) > 0
              ? Agreement.NONE
              : random.nextBoolean() ? Agreement.EACH_ALONE : Agreement.TAKEOVER;
      try (var inflater = new MessageInflater()) {
        return readConversation(random, side, agreed, inflater);
      }
    }

    void readEveryFrame(Side side, Agreement agreed, byte[] begun) {
      try (var inflater = new MessageInflater()) {
        for (int both = 0; both < 1 << 16; both++) {
          byte[] bytes = followedBy(begun, both >> 8, both & 0xFF);
          var endpoint = new Endpoint(side, LIMIT, inflation(agreed, inflater));
          endpoint.protocol.receive(ByteBuffer.wrap(bytes));
          endpoint.protocol.end();
          compare(side, agreed, bytes, Integer.MAX_VALUE, endpoint);
        }
      }
    }

    /// A frame behind that which begins so, as long as it says; the longest is only announced.
    private static byte[] followedBy(byte[] begun, int first, int second) {
      int shortLength = second & 0x7F;
      ByteBuffer bytes = ByteBuffer.allocate(begun.length + 512);
      bytes.put(begun).put((byte) first).put((byte) second);
      if (shortLength == 126) {
        bytes.putShort((short) 126);
      } else if (shortLength == 127) {
        bytes.putLong(1 << 16);
      }
      if ((second & 0x80) != 0) {
        bytes.putInt(0); // a masking key that changes nothing
      }
      for (int i = 0; i < shortLength; i++) {
        bytes.put((byte) 'a');
      }
      return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private int readConversation(
        SplittableRandom random, Side side, Agreement agreed, MessageInflater inflater) {
      var endpoint = new Endpoint(side, LIMIT, inflation(agreed, inflater));
      var peersDeflater = new RandomDeflater(random, agreed, deflater);
      var conversation = new RandomConversation(random, endpoint.peer(), LIMIT, peersDeflater);
      byte[] bytes = conversation.bytes();
      int closesAt = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : Integer.MAX_VALUE;

      read(endpoint, bytes, closesAt, random);

      compare(side, agreed, bytes, closesAt, endpoint);
      return conversation.frames();
    }

    private void compare(
        Side side, Agreement agreed, byte[] bytes, int closesAt, Endpoint endpoint) {
      List<Event> expected = expected(side, bytes, agreed, closesAt);
      if (!same(expected, endpoint.events)) {
        throw new AssertionError(
            "%s, compression %s, close at %d\nbytes    %s\nexpected %s\nactual   %s"
                .formatted(
                    side,
                    agreed,
                    closesAt,
                    HexFormat.of().formatHex(bytes),
                    expected,
                    endpoint.events));
      }
    }

    private static Inflation inflation(Agreement agreed, MessageInflater inflater) {
      return switch (agreed) {
        case NONE -> Inflation.NONE;
        case EACH_ALONE -> inflater::inflate;
        case TAKEOVER -> {
          var window = new SlidingWindow();
          yield (compressed, maxBytes) -> inflater.inflateFurther(compressed, window, maxBytes);
        }
      };
    }

    /// Lets the bytes arrive in pieces, closes between two of them, and ends.
    private static void read(
        Endpoint endpoint, byte[] bytes, int closesAt, SplittableRandom random) {
      ByteBuffer in = ByteBuffer.wrap(bytes).limit(0);
      boolean pauses = closesAt > bytes.length && random.nextInt(4) == 0;
      endpoint.reaction = event -> endpoint.ready = !(pauses && event instanceof Event.Received);
      int longest = random.nextInt(8) == 0 ? 1 : 1 + random.nextInt(bytes.length + 1);
      while (in.limit() < bytes.length) {
        int next = Math.min(bytes.length, in.limit() + 1 + random.nextInt(longest));
        if (in.limit() < closesAt && closesAt < next) {
          next = closesAt;
        }
        if (in.limit() == closesAt) {
          endpoint.protocol.close(OWN_CLOSE);
        }
        receive(endpoint, in.limit(next));
      }
      if (closesAt == bytes.length) {
        endpoint.protocol.close(OWN_CLOSE);
      }
      endpoint.protocol.end();
    }

    private static void receive(Endpoint endpoint, ByteBuffer in) {
      do {
        endpoint.ready = true;
        endpoint.protocol.receive(in);
      } while (in.hasRemaining());
    }

    private List<Event> expected(Side side, byte[] bytes, Agreement agreed, int closesAt) {
      ProtocolModel model = side == Side.SERVER ? serverModel : clientModel;
      List<Event> events = model.eventsOf(bytes, bytes.length, agreed);
      CloseStatus atTheEnd = new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "");
      if (closesAt <= bytes.length) {
        List<Event> before = model.eventsOf(bytes, closesAt, agreed);
        if (!isClosed(before)) {
          events = closing(before, events.subList(before.size(), events.size()));
          atTheEnd = OWN_CLOSE;
        }
      }
      if (!isClosed(events)) {
        events.add(new Closed(atTheEnd));
      }
      return events;
    }

    /// Behind its own close a side only hears pongs and the end, and says nothing.
    private static List<Event> closing(List<Event> before, List<Event> after) {
      List<Event> events = new ArrayList<>(before);
      events.add(Sent.close(OWN_CLOSE.code(), ""));
      for (Event event : after) {
        if (event instanceof PongReceived) {
          events.add(event);
        } else if (event instanceof Closed) {
          events.add(new Closed(OWN_CLOSE));
        }
      }
      return events;
    }

    private static boolean isClosed(List<Event> events) {
      return !events.isEmpty() && events.getLast() instanceof Closed;
    }

    private static boolean same(List<Event> expected, List<Event> actual) {
      if (expected.size() != actual.size()) {
        return false;
      }
      for (int at = 0; at < expected.size(); at++) {
        if (!same(expected.get(at), actual.get(at))) {
          return false;
        }
      }
      return true;
    }

    /// The words of a fault are the codec's own; its code is not.
    private static boolean same(Event expected, Event actual) {
      if (expected instanceof Closed(CloseStatus(int code, String reason))
          && reason.equals(ProtocolModel.ANY_REASON)) {
        return actual instanceof Closed(CloseStatus(int actualCode, String words))
            && actualCode == code
            && !words.isBlank();
      }
      if (expected instanceof Sent(int opcode, Binary payload)
          && opcode == Opcode.CLOSE
          && payload.size() > 2) {
        return actual instanceof Sent(int actualOpcode, Binary actualPayload)
            && actualOpcode == opcode
            && actualPayload.size() > 2
            && actualPayload.bytes()[0] == payload.bytes()[0]
            && actualPayload.bytes()[1] == payload.bytes()[1];
      }
      return expected.equals(actual);
    }
  }
}
