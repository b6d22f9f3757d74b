package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// Frames that a peer might send: mostly by the rules, often with one thing wrong.
///
/// Noise alone would die in the first header, so a conversation is made by the grammar and then
/// spoilt. Owned by its caller's thread.
final class RandomConversation {

  private static final int MAX_FRAMES = 19;
  private static final int COMPRESSED = 4; // RSV1: RFC 7692 §6
  private static final int FLOOD = 1_100; // more than the 1,024 empty fragments that are admitted
  private static final long[] LENGTHS = {
    0,
    1,
    125,
    126,
    127,
    511,
    512,
    513,
    65_535,
    65_536,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  // Beginnings that no character has: overlong, surrogate, beyond Unicode, lone continuation.
  private static final String[] NOT_UTF8 = {
    "C0", "E080", "EDA0", "EDB1", "F080", "F490", "F5", "80"
  };

  private final SplittableRandom random;
  private final Side sender;
  private final int limit;
  private final RandomDeflater deflater;
  private final List<WireFrame> frames = new ArrayList<>();
  private final List<byte[]> wire = new ArrayList<>();

  RandomConversation(SplittableRandom random, Side sender, int limit, RandomDeflater deflater) {
    this.random = random;
    this.sender = sender;
    this.limit = limit;
    this.deflater = deflater;
    converse();
    frames.forEach(frame -> wire.add(frame.from(sender, random.nextInt())));
    if (random.nextBoolean()) {
      spoil(random.nextInt(wire.size()));
    }
  }

  int frames() {
    return frames.size();
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    wire.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  // By the rules

  private void converse() {
    int wanted = 1 + random.nextInt(MAX_FRAMES);
    if (oneIn(5_000)) {
      frames.add(WireFrame.of(1 + random.nextInt(2)).fragment());
      wanted = FLOOD;
      while (frames.size() < wanted) {
        frames.add(WireFrame.continuation("").fragment());
      }
    }
    while (frames.size() < wanted) {
      addMessage();
    }
    if (oneIn(3)) {
      frames.add(close());
    }
  }

  private void addMessage() {
    boolean text = random.nextBoolean();
    byte[] payload = text ? text(size()).getBytes(UTF_8) : noise(size());
    int opcode = text ? 1 : 2;
    if (deflater.isAgreed() && random.nextBoolean()) {
      addFragments(opcode, COMPRESSED, deflater.deflate(compressible(payload)));
    } else {
      addFragments(opcode, 0, payload);
    }
  }

  private void addFragments(int firstOpcode, int firstReserved, byte[] payload) {
    int from = 0;
    int opcode = firstOpcode;
    int reserved = firstReserved;
    while (oneIn(3)) {
      int to = from + random.nextInt(payload.length - from + 1);
      frames.add(frame(opcode, reserved, slice(payload, from, to)).fragment());
      addControl();
      from = to;
      opcode = 0;
      reserved = 0; // RFC 7692 §6.1
    }
    frames.add(frame(opcode, reserved, slice(payload, from, payload.length)));
    addControl();
  }

  private static WireFrame frame(int opcode, int reserved, byte[] payload) {
    return WireFrame.of(opcode, payload).withReserved(reserved);
  }

  /// Mostly what it was; now and then what shrinks well, up to the limit or far beyond it.
  private byte[] compressible(byte[] payload) {
    return switch (random.nextInt(40)) {
      case 0 -> new byte[limit - 2 + random.nextInt(4)];
      case 1 -> new byte[random.nextInt(64 * limit)];
      case 2 -> notUtf8(payload);
      default -> payload;
    };
  }

  private void addControl() {
    if (oneIn(4)) {
      int size = oneIn(20) ? 125 : random.nextInt(8);
      frames.add(WireFrame.of(9 + random.nextInt(2), noise(size)));
    }
  }

  private WireFrame close() {
    return switch (random.nextInt(4)) {
      case 0 -> WireFrame.close();
      case 1 -> WireFrame.close(1000 + random.nextInt(16), "");
      case 2 -> WireFrame.close(random.nextInt(65_536), text(3));
      default -> WireFrame.close(3000 + random.nextInt(2000), text(random.nextInt(30)));
    };
  }

  private int size() {
    return switch (random.nextInt(24)) {
      case 0 -> 120 + random.nextInt(12);
      case 1 -> limit - 2 + random.nextInt(4); // text is longer than its characters: often beyond
      default -> random.nextInt(16);
    };
  }

  private String text(int characters) {
    var text = new StringBuilder();
    for (int count = 0; count < characters; count++) {
      text.appendCodePoint(codePoint());
    }
    return text.toString();
  }

  private int codePoint() {
    return switch (random.nextInt(12)) {
      case 0 -> 0x80 + random.nextInt(0x780);
      case 1 -> 0x800 + random.nextInt(0xD000);
      case 2 -> 0xE000 + random.nextInt(0x2000);
      case 3 -> 0x10000 + random.nextInt(0x10_0000);
      default -> random.nextInt(0x80);
    };
  }

  private byte[] noise(int size) {
    byte[] noise = new byte[size];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  // And against them

  private void spoil(int at) {
    WireFrame frame = frames.get(at);
    byte[] bytes = wire.get(at);
    switch (random.nextInt(15)) {
      case 0 -> replace(at, frame.withReserved(1 + random.nextInt(7)));
      case 1 -> replace(at, new WireFrame(frame.isFinal(), 0, random.nextInt(16), frame.payload()));
      case 2 ->
          replace(
              at,
              new WireFrame(!frame.isFinal(), frame.reserved(), frame.opcode(), frame.payload()));
      case 3 -> wire.set(at, frame.from(sender == Side.CLIENT ? Side.SERVER : Side.CLIENT));
      case 4 -> flipBit(bytes, bytes.length);
      case 5 -> flipBit(bytes, 2);
      case 6 -> wire.set(at, announcement(frame));
      case 7 -> wire.remove(at);
      case 8 -> wire.add(at, bytes);
      case 9 -> wire.set(at, slice(bytes, 0, random.nextInt(bytes.length)));
      case 10 -> replace(at, withPayload(frame, noise(frame.payload().size())));
      case 11 -> wire.add(at, noise(1 + random.nextInt(4)));
      case 12 ->
          wire.add(
              at, WireFrame.of(8 + random.nextInt(3), noise(1 + random.nextInt(140))).from(sender));
      case 13 -> replace(at, withPayload(frame, notUtf8(frame.payload().bytes())));
      default -> Collections.swap(wire, at, random.nextInt(wire.size()));
    }
  }

  private static WireFrame withPayload(WireFrame frame, byte[] payload) {
    return new WireFrame(frame.isFinal(), frame.reserved(), frame.opcode(), Binary.wrap(payload));
  }

  private byte[] notUtf8(byte[] payload) {
    int at = random.nextInt(payload.length + 1);
    var out = new ByteArrayOutputStream();
    out.write(payload, 0, at);
    out.writeBytes(HexFormat.of().parseHex(NOT_UTF8[random.nextInt(NOT_UTF8.length)]));
    out.write(payload, at, payload.length - at);
    return out.toByteArray();
  }

  private void replace(int at, WireFrame frame) {
    wire.set(at, frame.from(sender, random.nextInt()));
  }

  private void flipBit(byte[] bytes, int among) {
    bytes[random.nextInt(among)] ^= (byte) (1 << random.nextInt(8));
  }

  /// A header with a length that is long, wrong, or not in its shortest form.
  private byte[] announcement(WireFrame frame) {
    var out = new ByteArrayOutputStream();
    boolean long64 = random.nextBoolean();
    long length = LENGTHS[random.nextInt(LENGTHS.length)];
    out.write((frame.isFinal() ? 0x80 : 0) | frame.opcode());
    out.write((sender == Side.CLIENT ? 0x80 : 0) | (long64 ? 127 : 126));
    for (int shift = long64 ? 56 : 8; shift >= 0; shift -= 8) {
      out.write((int) (length >> shift));
    }
    return out.toByteArray();
  }
}
