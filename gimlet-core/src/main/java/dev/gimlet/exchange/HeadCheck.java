package dev.gimlet.exchange;

import dev.gimlet.http.HttpException;
import dev.gimlet.http.HttpLimits;
import io.netty.buffer.ByteBuf;
import java.util.BitSet;

/// Looks at a request head line by line before it is parsed, and is stricter than parsers are.
///
/// Two programs that read the same head in two ways are how requests are smuggled past a proxy, so
/// whatever RFC 9112 does not allow is refused: bare CR or LF, folded lines, spaces in the wrong
/// place, control characters. The limits of the head are counted here too.
///
/// Owned by its event loop.
public final class HeadCheck {
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final int VERSION_LENGTH = "HTTP/1.1".length();
  private static final int HEAD = 'H' << 24 | 'E' << 16 | 'A' << 8 | 'D';
  private static final BitSet TOKEN = new BitSet(); // RFC 9110 §5.6.2

  static {
    "!#$%&'*+-.^_`|~0123456789".chars().forEach(TOKEN::set);
    TOKEN.set('A', 'Z' + 1);
    TOKEN.set('a', 'z' + 1);
  }

  private final int maxBytes;
  private final int maxFields;
  private boolean requestLineSeen;
  private boolean isHead; // the method of that line
  private int bytes; // of the lines that were checked
  private int fields;

  /// One for a connection.
  public HeadCheck(HttpLimits limits) {
    maxBytes = limits.maxHeadBytes();
    maxFields = limits.maxHeaderFields();
  }

  /// Checks the whole lines that can be read; the parser must consume exactly those.
  ///
  /// False when the parser must wait for more, because an empty line before the request has only
  /// half arrived.
  ///
  /// @throws HttpException 400 or 431
  public boolean admits(ByteBuf in) {
    if (!requestLineSeen && !skipEmptyLines(in)) {
      return false;
    }
    int start = in.readerIndex();
    int lf = in.indexOf(start, in.writerIndex(), LF);
    while (lf >= 0) {
      count(lf + 1 - start);
      if (lf == start || in.getByte(lf - 1) != CR) {
        throw malformed("a line does not end with CR LF (RFC 9112 §2.2)");
      }
      if (isLastLine(in, start, lf - 1)) {
        reset();
        return true;
      }
      start = lf + 1;
      lf = in.indexOf(start, in.writerIndex(), LF);
    }
    limit(bytes + in.writerIndex() - start);
    return true;
  }

  /// Whether the method is HEAD, as far as that was seen.
  public boolean isHead() {
    return requestLineSeen && isHead;
  }

  /// A server should tolerate empty lines before a request (RFC 9112 §2.2).
  private boolean skipEmptyLines(ByteBuf in) {
    while (in.isReadable() && in.getByte(in.readerIndex()) == CR) {
      if (in.readableBytes() == 1) {
        return false;
      }
      if (in.getByte(in.readerIndex() + 1) != LF) {
        throw malformed("a CR without LF (RFC 9112 §2.2)");
      }
      in.skipBytes(2);
      count(2);
    }
    if (in.isReadable() && in.getByte(in.readerIndex()) == LF) {
      throw malformed("a LF without CR (RFC 9112 §2.2)");
    }
    return in.isReadable();
  }

  private boolean isLastLine(ByteBuf in, int start, int end) {
    if (!requestLineSeen) {
      checkRequestLine(in, start, end);
      requestLineSeen = true;
      return false;
    }
    if (start == end) {
      return true;
    }
    checkField(in, start, end);
    return false;
  }

  /// `method SP request-target SP HTTP-version` (RFC 9112 §3).
  private void checkRequestLine(ByteBuf in, int start, int end) {
    int method = in.indexOf(start, end, (byte) ' ');
    int target = method < 0 ? -1 : in.indexOf(method + 1, end, (byte) ' ');
    boolean parts = method > start && target > method + 1 && isVersion(in, target + 1, end);
    if (!parts || !isToken(in, start, method) || !isVisible(in, method + 1, target)) {
      throw malformed("the request line is malformed (RFC 9112 §3)");
    }
    isHead = method - start == Integer.BYTES && in.getInt(start) == HEAD;
  }

  private static boolean isVersion(ByteBuf in, int start, int end) {
    return end - start == VERSION_LENGTH
        && in.getByte(start) == 'H'
        && in.getByte(start + 1) == 'T'
        && in.getByte(start + 2) == 'T'
        && in.getByte(start + 3) == 'P'
        && in.getByte(start + 4) == '/'
        && isDigit(in.getByte(start + 5))
        && in.getByte(start + 6) == '.'
        && isDigit(in.getByte(start + 7));
  }

  /// `field-name ":" OWS field-value OWS`, not folded (RFC 9112 §5.1, §5.2).
  private void checkField(ByteBuf in, int start, int end) {
    if (++fields > maxFields) {
      throw new HttpException(431, "more than " + maxFields + " header fields");
    }
    int colon = in.indexOf(start, end, (byte) ':');
    if (colon <= start || !isToken(in, start, colon) || !isValue(in, colon + 1, end)) {
      throw malformed("a header field is malformed (RFC 9112 §5)");
    }
  }

  private static boolean isToken(ByteBuf in, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!TOKEN.get(in.getUnsignedByte(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVisible(ByteBuf in, int start, int end) {
    for (int i = start; i < end; i++) {
      if (in.getByte(i) <= ' ' || in.getByte(i) == 0x7F) { // bytes above 0x7F are negative
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(ByteBuf in, int start, int end) {
    for (int i = start; i < end; i++) {
      int value = in.getUnsignedByte(i);
      if ((value < ' ' && value != '\t') || value == 0x7F) { // RFC 9110 §5.5
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  private void count(int more) {
    bytes += more;
    limit(bytes);
  }

  private void limit(int size) {
    if (size > maxBytes) {
      throw new HttpException(431, "the request head has more than " + maxBytes + " bytes");
    }
  }

  private void reset() {
    requestLineSeen = false;
    bytes = 0;
    fields = 0;
  }

  private static HttpException malformed(String what) {
    return new HttpException(400, what);
  }
}
