package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;

/// What RFC 6455 says of a string of bytes, read from the front and all at once.
///
/// The second opinion on the codec: slow, without its states, and used nowhere else. Text is judged
/// by [Utf8Model], compression (RFC 7692) by [DeflateModel], lengths are BigIntegers. A fault is
/// told with the reason [#ANY_REASON]. Owned by its caller's thread; one model serves for any
/// number of conversations.
final class ProtocolModel {

  static final String ANY_REASON = "*";

  private static final Set<Integer> OPCODES = Set.of(0, 1, 2, 8, 9, 10);
  private static final Set<Integer> REGISTERED_CODES =
      Set.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014);
  private static final Utf8Model UTF8 = new Utf8Model();
  private static final int NONE = -1;

  /// The conversation stops here: with a fault, or because it was closed, or for want of bytes.
  @SuppressWarnings("serial")
  private static final class Stop extends RuntimeException {

    final int code; // of the fault, NONE without one

    Stop(int code) {
      super(null, null, false, false);
      this.code = code;
    }
  }

  private final Side side;
  private final int limit;

  private final DeflateModel deflate = new DeflateModel();

  private RandomDeflater.Agreement agreement = RandomDeflater.Agreement.NONE;
  private byte[] bytes = {};
  private int end; // of what was received
  private int at;
  private List<Event> events = new ArrayList<>();
  private int openOpcode;
  private boolean openCompressed;
  private long charged;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  ProtocolModel(Side side, int limit) {
    this.side = side;
    this.limit = limit;
  }

  /// Everything that happens while these first bytes arrive and this side says nothing by itself.
  List<Event> eventsOf(byte[] conversation, int received, RandomDeflater.Agreement agreed) {
    agreement = agreed;
    deflate.forget();
    bytes = conversation;
    end = received;
    at = 0;
    events = new ArrayList<>();
    forgetMessage();
    try {
      while (true) {
        readFrame();
      }
    } catch (Stop stop) {
      if (stop.code != NONE) {
        events.add(Event.Sent.close(stop.code, ANY_REASON));
        events.add(new Event.Closed(new CloseStatus(stop.code, ANY_REASON)));
      }
    }
    return events;
  }

  private void readFrame() {
    int first = next();
    boolean isFinal = first >= 128;
    int opcode = first % 16;
    boolean control = opcode >= 8;
    int reserved = first / 16 % 8;
    boolean compressed = reserved == 4 && agreement != RandomDeflater.Agreement.NONE;
    require(reserved == 0 || compressed); // RFC 6455 §5.2
    require(!compressed || opcode == 1 || opcode == 2); // RFC 7692 §6.1
    require(OPCODES.contains(opcode)); // RFC 6455 §5.2
    require(isFinal || !control); // RFC 6455 §5.5

    int second = next();
    require(second >= 128 == (side == Side.SERVER)); // RFC 6455 §5.1
    require(second % 128 <= 125 || !control); // RFC 6455 §5.5
    BigInteger length = readLength(second % 128);
    byte[] key = side == Side.SERVER ? take(4) : new byte[4];

    if (control) {
      onControl(opcode, unmasked(take(length.intValueExact()), key));
    } else {
      admit(opcode, compressed, length);
      onData(isFinal, length.intValueExact(), key);
    }
  }

  private BigInteger readLength(int shortLength) {
    if (shortLength < 126) {
      return BigInteger.valueOf(shortLength);
    }
    int least = shortLength == 126 ? 126 : 65_536;
    BigInteger length = new BigInteger(1, take(shortLength == 126 ? 2 : 8));
    require(length.bitLength() < 64); // RFC 6455 §5.2: the most significant bit is 0
    require(length.compareTo(BigInteger.valueOf(least)) >= 0); // RFC 6455 §5.2: shortest form
    return length;
  }

  private void onControl(int opcode, byte[] payload) {
    Binary binary = Binary.wrap(payload);
    if (opcode == 9) {
      events.add(new Event.Sent(10, binary));
      events.add(new Event.PingReceived(binary));
    } else if (opcode == 10) {
      events.add(new Event.PongReceived(binary));
    } else {
      onClose(payload);
    }
  }

  private void onClose(byte[] payload) {
    if (payload.length == 0) {
      events.add(new Event.Sent(8, Binary.of()));
      events.add(new Event.Closed(new CloseStatus(1005, "")));
      throw new Stop(NONE);
    }
    require(payload.length > 1); // RFC 6455 §5.5.1
    int code = Byte.toUnsignedInt(payload[0]) * 256 + Byte.toUnsignedInt(payload[1]);
    require(REGISTERED_CODES.contains(code) || code / 1000 == 3 || code / 1000 == 4);
    byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
    judgeText(reason, true); // RFC 6455 §5.5.1
    events.add(Event.Sent.close(code, ""));
    events.add(new Event.Closed(new CloseStatus(code, new String(reason, UTF_8))));
    throw new Stop(NONE);
  }

  private void admit(int opcode, boolean compressed, BigInteger length) {
    boolean continuation = opcode == 0;
    require(continuation == (openOpcode != NONE)); // RFC 6455 §5.4
    openCompressed = continuation ? openCompressed : compressed;
    long most = openCompressed ? limit + limit / 256 + 64 : limit; // noise grows a little
    if (length.add(BigInteger.valueOf(message.size())).compareTo(BigInteger.valueOf(most)) > 0) {
      throw new Stop(1009);
    }
    charged += Math.max(64, length.intValueExact());
    if (charged > Math.max(65_536, 2L * limit)) {
      throw new Stop(1009);
    }
    openOpcode = continuation ? openOpcode : opcode;
  }

  private void onData(boolean isFinal, int length, byte[] key) {
    int available = Math.min(length, end - at);
    message.writeBytes(unmasked(take(available), key));
    boolean whole = isFinal && available == length;
    if (openOpcode == 1 && !openCompressed) {
      judgeText(message.toByteArray(), whole); // RFC 6455 §8.1
    }
    if (available < length) {
      throw new Stop(NONE);
    }
    if (isFinal) {
      boolean text = openOpcode == 1;
      byte[] payload = openCompressed ? inflated(text) : message.toByteArray();
      events.add(new Event.Received(text ? Text.ofUtf8(payload) : Binary.wrap(payload)));
      forgetMessage();
    }
  }

  private byte[] inflated(boolean text) {
    if (agreement == RandomDeflater.Agreement.EACH_ALONE) {
      deflate.forget();
    }
    try {
      byte[] payload = deflate.message(message.toByteArray(), limit + 1);
      if (payload.length > limit) {
        throw new Stop(1009);
      }
      if (text) {
        judgeText(payload, true); // RFC 6455 §8.1
      }
      return payload;
    } catch (DataFormatException corrupt) {
      throw new Stop(1007);
    }
  }

  private static void judgeText(byte[] utf8, boolean whole) {
    if (UTF8.firstImpossible(utf8, utf8.length) < utf8.length || (whole && !isText(utf8))) {
      throw new Stop(1007);
    }
  }

  private static boolean isText(byte[] utf8) {
    return Arrays.equals(new String(utf8, UTF_8).getBytes(UTF_8), utf8);
  }

  private void forgetMessage() {
    openOpcode = NONE;
    openCompressed = false;
    charged = 0;
    message.reset();
  }

  private int next() {
    return Byte.toUnsignedInt(take(1)[0]);
  }

  private byte[] take(int count) {
    if (count > end - at) {
      throw new Stop(NONE);
    }
    byte[] taken = new byte[count];
    System.arraycopy(bytes, at, taken, 0, count);
    at += count;
    return taken;
  }

  private static byte[] unmasked(byte[] payload, byte[] key) {
    for (int index = 0; index < payload.length; index++) {
      payload[index] ^= key[index % 4];
    }
    return payload;
  }

  private static void require(boolean rule) {
    if (!rule) {
      throw new Stop(1002);
    }
  }
}
