package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The bytes in which publications and notices travel through Redis.
///
/// ```
/// version 1 | length | epoch:offset:tag:previous tag:millis | kind | body
/// ```
///
/// The head is text, because the script that gives the offset writes it; without history it begins
/// with a colon. A message's body is tags, conflation key and payload. Strings have their length
/// before them in four bytes. Everything here is pure.
final class Envelope {

  private static final byte VERSION = 1;
  private static final byte TEXT = 0;
  private static final byte BINARY = 1;
  private static final byte NOTICE = 2;
  private static final int MAX_HEAD_BYTES = 255;

  private Envelope() {}

  /// What arrived.
  sealed interface Content permits History, Passing, Notice, Unreadable {}

  /// A publication of a room with history.
  record History(Stored stored) implements Content {}

  /// A publication of a room without.
  record Passing(Publication publication) implements Content {}

  /// Who came and went.
  record Notice(PresenceNotice notice) implements Content {}

  /// Something that this version of Gimlet does not know.
  record Unreadable() implements Content {}

  private static final Unreadable UNREADABLE = new Unreadable();

  /// What the publisher gives: all but the head.
  static byte[] body(Message message, PublishOptions options) {
    byte[] payload =
        switch (message) {
          case Text text -> text.utf8();
          case Binary binary -> binary.bytes();
        };
    var out = new Writer(payload.length + 16);
    out.write(message instanceof Text ? TEXT : BINARY);
    out.number(options.tags().size());
    options.tags().forEach((name, value) -> out.string(name).string(value));
    out.string(options.conflationKey());
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /// The same for a notice.
  static byte[] body(PresenceNotice notice) {
    var out = new Writer(256);
    out.write(NOTICE);
    out.members(notice.joined()).members(notice.left());
    out.number(notice.moreJoined()).number(notice.moreLeft());
    return out.toByteArray();
  }

  /// An envelope without a position.
  static byte[] withoutPosition(byte[] body, Instant time) {
    byte[] head = (":::0:" + time.toEpochMilli()).getBytes(ISO_8859_1);
    return ByteBuffer.allocate(2 + head.length + body.length)
        .put(VERSION)
        .put((byte) head.length)
        .put(head)
        .put(body)
        .array();
  }

  /// Reads an envelope; whatever it is, this does not throw.
  static Content read(byte[] envelope) {
    try {
      ByteBuffer in = ByteBuffer.wrap(envelope);
      return in.get() == VERSION ? content(head(in), in) : UNREADABLE;
    } catch (BufferUnderflowException | IllegalArgumentException broken) {
      return UNREADABLE;
    }
  }

  private static Head head(ByteBuffer in) {
    int length = in.get() & MAX_HEAD_BYTES;
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    var head = new String(bytes, ISO_8859_1);
    int tags = head.lastIndexOf(':', head.lastIndexOf(':') - 1);
    int previous = head.lastIndexOf(':');
    if (tags < 0) {
      throw new IllegalArgumentException("a head of too few parts");
    }
    return new Head(head, tags, previous);
  }

  private static Content content(Head head, ByteBuffer in) {
    byte kind = in.get();
    return switch (kind) {
      case TEXT, BINARY -> publication(head, kind, in);
      case NOTICE ->
          new Notice(new PresenceNotice(members(in), members(in), in.getInt(), in.getInt()));
      default -> UNREADABLE;
    };
  }

  private static Content publication(Head head, byte kind, ByteBuffer in) {
    Map<String, String> tags = tags(in);
    String conflationKey = string(in);
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    Message message = kind == TEXT ? Text.ofUtf8(payload) : Binary.wrap(payload);
    if (head.hasPosition()) {
      Position position = head.position();
      Publication publication = Publication.at(position, message, tags, head.time());
      return new History(new Stored(position, head.previousTag(), publication));
    }
    PublishOptions options = PublishOptions.NONE;
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      options = options.tag(tag.getKey(), tag.getValue());
    }
    options = conflationKey.isEmpty() ? options : options.conflationKey(conflationKey);
    return new Passing(Publication.of(message, options, head.time()));
  }

  private static Map<String, String> tags(ByteBuffer in) {
    int count = in.getInt();
    Map<String, String> tags = count == 0 ? Map.of() : new HashMap<>();
    for (int i = 0; i < count; i++) {
      tags.put(string(in), string(in));
    }
    return tags;
  }

  private static List<Present> members(ByteBuffer in) {
    int count = in.getInt();
    var members = new ArrayList<Present>();
    for (int i = 0; i < count; i++) {
      members.add(new Present(string(in), string(in)));
    }
    return members;
  }

  private static String string(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, UTF_8);
  }

  /// The head, and where its last two parts begin.
  private record Head(String text, int tags, int previous) {

    boolean hasPosition() {
      return text.charAt(0) != ':';
    }

    Position position() {
      return RoomPosition.parse(text.substring(0, tags));
    }

    long previousTag() {
      return Long.parseUnsignedLong(text, tags + 1, previous, 16);
    }

    Instant time() {
      return Instant.ofEpochMilli(Long.parseLong(text, previous + 1, text.length(), 10));
    }
  }

  /// Bytes being put together.
  private static final class Writer extends ByteArrayOutputStream {

    Writer(int size) {
      super(size);
    }

    Writer number(int number) {
      write(number >>> 24);
      write(number >>> 16);
      write(number >>> 8);
      write(number);
      return this;
    }

    Writer string(String string) {
      byte[] utf8 = string.getBytes(UTF_8);
      number(utf8.length).writeBytes(utf8);
      return this;
    }

    Writer members(List<Present> members) {
      number(members.size());
      members.forEach(member -> string(member.id()).string(member.user()));
      return this;
    }
  }
}
