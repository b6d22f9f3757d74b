package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.codec.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The beginning of the body of an answer that opens no WebSocket, for the reason that servers
/// write into it: `{"error": "unknown token"}`.
///
/// Owned by its event loop.
final class RefusalBody {

  private static final int MAX_BYTES = 1 << 10;
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
  private static final Pattern ERROR =
      Pattern.compile("\"error\"\\s*+:\\s*+\"((?:[^\"\\\\]++|\\\\.)*+)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int wanted;

  private RefusalBody(int wanted) {
    this.wanted = wanted;
  }

  /// What is to be read after this head: nothing unless it is JSON of a length that is told.
  static RefusalBody after(ResponseHead head) {
    boolean json =
        head.headerField("Content-Type")
            .filter(type -> type.startsWith("application/json"))
            .isPresent();
    String length = head.headerField("Content-Length").orElse("");
    boolean told = json && LENGTH.matcher(length).matches();
    return new RefusalBody(told ? Math.min(MAX_BYTES, Integer.parseInt(length)) : 0);
  }

  /// Takes what has come.
  void receive(ByteBuf in) {
    int more = Math.min(in.readableBytes(), wanted - bytes.size());
    byte[] taken = new byte[more];
    in.readBytes(taken);
    bytes.writeBytes(taken);
  }

  boolean isComplete() {
    return bytes.size() == wanted;
  }

  /// The reason as one line of printable text; empty when there is none in what has come.
  Optional<String> error() {
    Matcher error = ERROR.matcher(bytes.toString(UTF_8));
    return error.find()
        ? Optional.of(CONTROL.matcher(unescaped(error.group(1))).replaceAll(" ").strip())
            .filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(escape -> Matcher.quoteReplacement(plain(escape.group(1))));
  }

  private static String plain(String escape) {
    if (escape.length() == 5) {
      return Character.toString((char) Integer.parseInt(escape.substring(1), 16));
    }
    return switch (escape.charAt(0)) {
      case 'b', 'f', 'n', 'r', 't' -> " ";
      default -> escape;
    };
  }
}
