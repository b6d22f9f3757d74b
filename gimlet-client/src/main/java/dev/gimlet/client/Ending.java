package dev.gimlet.client;

import dev.gimlet.log.PrintableText;
import dev.gimlet.websocket.CloseStatus;
import java.time.Duration;
import java.util.Optional;

/// Why there is no connection, or none any more.
public sealed interface Ending {

  /// A connection that was open is closed; 1006 when it broke without a closing handshake.
  ///
  /// A close of this side that was never answered is one of these when its code is 1000 or 1001;
  /// other codes stay, as they tell why.
  record Closed(CloseStatus status) implements Ending {

    @Override
    public boolean isFinal() {
      return switch (status.code()) {
        case 1000, // the purpose is fulfilled
            CloseStatus.PROTOCOL_ERROR,
            CloseStatus.UNSUPPORTED_DATA,
            CloseStatus.INVALID_PAYLOAD_DATA,
            CloseStatus.MESSAGE_TOO_BIG,
            1010 -> // an extension is missing
            true;
        default -> isFinalOfProgram(status.code());
      };
    }

    /// Codes that programs choose: in each thousand the upper half says "do not come back".
    private static boolean isFinalOfProgram(int code) {
      return code >= 3000 && code % 1000 >= 500;
    }

    @Override
    public String reason() {
      String words = PrintableText.of(status.reason());
      return "closed with " + status.code() + (words.isEmpty() ? "" : ": " + words);
    }
  }

  /// The server, or a proxy on the way, answered the opening handshake with this HTTP status.
  ///
  /// `text` has the words of its status line, and the `error` of its body where that is JSON with
  /// one in the first 1 KiB; of a status that is none of an error it says what answered instead of
  /// a WebSocket. `retryAfter` is what the server asked for; at most an hour.
  record Refused(int status, String text, Optional<Duration> retryAfter) implements Ending {

    @Override
    public boolean isFinal() {
      boolean later = status == 408 || status == 425 || status == 429;
      return status < 500 && !later;
    }

    @Override
    public String reason() {
      if (status < 300) {
        return text; // nothing of it is the server's
      }
      String words = PrintableText.of(text);
      return "refused with " + status + (words.isEmpty() ? "" : ": " + words);
    }
  }

  /// There was no answer: no such host, connection refused, too slow. Or no attempt: the hook of
  /// the program failed, or the JDK's trust store cannot be read.
  record Unreachable(String reason) implements Ending {

    @Override
    public boolean isFinal() {
      return false;
    }
  }

  /// The server's certificate is not trusted, or is for another host.
  record Untrusted(String reason) implements Ending {

    @Override
    public boolean isFinal() {
      return false; // certificates are renewed
    }
  }

  /// What answered is no WebSocket server, or not the one that was asked for.
  record NotWebSocket(String reason) implements Ending {

    @Override
    public boolean isFinal() {
      return true;
    }
  }

  /// Whether it means "do not come back"; the client then ends.
  boolean isFinal();

  /// One line that says it, fit for a log or a terminal whatever the server sent.
  String reason();
}
