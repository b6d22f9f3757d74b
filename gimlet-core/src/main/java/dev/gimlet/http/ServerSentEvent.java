package dev.gimlet.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One event of an [EventStream], as the HTML standard writes it (section 9.2, server-sent events).
///
/// Immutable: each method gives a new one. It is encoded once, however many streams it is sent to.
public final class ServerSentEvent {

  /// The type of events that carry a [Binary] message, in base64.
  public static final String BINARY = "binary";

  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final byte[] DATA = "data: ".getBytes(UTF_8);
  private static final byte[] NOTHING = {};

  // Above this the bytes lie where the kernel reads them, once for all streams.
  private static final int DIRECT_BYTES = 4 << 10;

  private static final Pattern UNSENDABLE = Pattern.compile("[\r\n\0]");

  private final @Nullable String id; // null without one
  private final @Nullable String type; // null: a browser calls it "message"
  private final @Nullable String data; // null: nothing happens but that the id is known
  private volatile @Nullable ByteBuffer encoded; // read-only, null until it is first sent

  private ServerSentEvent(@Nullable String id, @Nullable String type, @Nullable String data) {
    this.id = id;
    this.type = type;
    this.data = data;
  }

  /// An event with this data; each end of a line in it, of whichever kind, arrives as `\n`.
  public static ServerSentEvent of(String data) {
    return new ServerSentEvent(null, null, data);
  }

  /// No event at all: only the id is set from which the client goes on when it comes back.
  ///
  /// @throws IllegalArgumentException when it has CR, LF or NUL
  public static ServerSentEvent onlyId(String id) {
    return new ServerSentEvent(checked("id", id), null, null);
  }

  /// A message: text as it is, binary in base64 and of the type [#BINARY].
  public static ServerSentEvent of(Message message) {
    return switch (message) {
      case Text text -> of(text.value());
      case Binary binary -> of(Base64.getEncoder().encodeToString(binary.bytes())).type(BINARY);
    };
  }

  /// With this id, which a client that comes back names in `Last-Event-ID`.
  ///
  /// @throws IllegalArgumentException when it has CR, LF or NUL
  public ServerSentEvent id(String id) {
    return new ServerSentEvent(checked("id", id), type, data);
  }

  /// With this type, by which a browser chooses its listener; without: `message`.
  ///
  /// @throws IllegalArgumentException when it has CR, LF or NUL
  public ServerSentEvent type(String type) {
    return new ServerSentEvent(id, checked("type", type), data);
  }

  private static String checked(String what, String value) {
    if (UNSENDABLE.matcher(value).find()) {
      throw new IllegalArgumentException(
          "the " + what + " of an event has CR, LF or NUL, which would end it");
    }
    return value;
  }

  /// By what a client that comes back says where it was.
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /// The type; empty: `message`.
  public Optional<String> type() {
    return Optional.ofNullable(type);
  }

  /// The data as it was given; empty when there is only an id.
  public String data() {
    return data == null ? "" : data;
  }

  /// The bytes that are sent, UTF-8, with the empty line at their end; read-only.
  public ByteBuffer encoded() {
    ByteBuffer known = encoded;
    if (known == null) {
      known = encode().asReadOnlyBuffer();
      encoded = known;
    }
    return known.duplicate();
  }

  private ByteBuffer encode() {
    byte[] head = head().getBytes(UTF_8);
    byte[] content = data == null ? NOTHING : data.getBytes(UTF_8);
    int lines = data == null ? 0 : lines(content);
    int most = Math.addExact(head.length + content.length + 1, lines * (DATA.length + 1));
    ByteBuffer out =
        most > DIRECT_BYTES ? ByteBuffer.allocateDirect(most) : ByteBuffer.allocate(most);
    out.put(head);
    int start = 0;
    for (int line = 0; line < lines; line++) {
      int end = endOfLine(content, start);
      out.put(DATA).put(content, start, end - start).put(LF);
      start = behindEnd(content, end);
    }
    return out.put(LF).flip();
  }

  private String head() {
    return id().map(value -> "id: " + value + '\n').orElse("")
        + type().map(value -> "event: " + value + '\n').orElse("");
  }

  private static int lines(byte[] content) {
    int lines = 1;
    for (int end = endOfLine(content, 0); end < content.length; lines++) {
      end = endOfLine(content, behindEnd(content, end));
    }
    return lines;
  }

  private static int endOfLine(byte[] content, int start) {
    int end = start;
    while (end < content.length && content[end] != LF && content[end] != CR) {
      end++;
    }
    return end;
  }

  private static int behindEnd(byte[] content, int end) {
    boolean two = end + 1 < content.length && content[end] == CR && content[end + 1] == LF;
    return two ? end + 2 : end + 1;
  }

  @Override
  public String toString() {
    return "ServerSentEvent of "
        + data().length()
        + " characters"
        + id().map(at -> ", id " + at).orElse("");
  }
}
