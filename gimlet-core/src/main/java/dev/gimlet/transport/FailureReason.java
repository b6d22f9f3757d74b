package dev.gimlet.transport;

import dev.gimlet.log.PrintableText;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.lang.reflect.InvocationTargetException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Why a connection could not be opened, in words for people.
public final class FailureReason {

  /// Of a peer that ends the connection before TLS is agreed on, and says nothing.
  static final String ENDED_IN_HANDSHAKE = "the connection ended during the handshake";

  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed( with error\\(-?\\d+\\))?: ");

  // As the JDK says it; in other words it is told as a certificate that is not trusted.
  private static final Pattern NO_NAME =
      Pattern.compile("No (name matching|subject alternative) |Certificate for .* doesn't match");
  private static final String OTHER_HOST = "the server's certificate is for another host: ";

  private FailureReason() {}

  /// Without the name and number of a system call, which epoll puts before the words.
  public static String ofConnecting(Throwable cause) {
    return SYSTEM_CALL.matcher(String.valueOf(telling(cause).getMessage())).replaceFirst("");
  }

  /// Why there is no channel is said within: that one could not be made helps nobody.
  private static Throwable telling(Throwable cause) {
    boolean wraps = cause instanceof ChannelException || cause instanceof InvocationTargetException;
    Throwable inner = cause.getCause();
    return wraps && inner != null ? telling(inner) : cause;
  }

  /// What the system says of a name that it cannot find: there may be no such host, or nobody who
  /// could be asked.
  static String ofResolving(String host, UnknownHostException cause) {
    String said = String.valueOf(cause.getMessage());
    return "cannot find the host " + (said.startsWith(host) ? said : host);
  }

  /// What is wrong with the server's certificate, if that is what is wrong; one line, whatever the
  /// certificate says.
  public static String ofTls(Throwable cause) {
    return PrintableText.of(distrust(cause).orElseGet(() -> ofHandshake(root(cause))));
  }

  private static String ofHandshake(Throwable cause) {
    return cause instanceof ClosedChannelException ? ENDED_IN_HANDSHAKE : ofConnecting(cause);
  }

  /// Whether what answered was no TLS at all.
  public static boolean isOfPlainServer(Throwable cause) {
    return root(cause) instanceof NotSslRecordException;
  }

  /// Whether the certificate is good and belongs to another host.
  public static boolean isOfHost(Throwable cause) {
    return distrust(cause).filter(reason -> reason.startsWith(OTHER_HOST)).isPresent();
  }

  /// Whether the reason is a certificate that is not trusted.
  public static boolean isOfTrust(Throwable cause) {
    return distrust(cause).isPresent();
  }

  private static Optional<String> distrust(Throwable cause) {
    Optional<String> innermost = Optional.empty();
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CertPathBuilderException) {
        return Optional.of("the server's certificate is not trusted: its issuer is unknown");
      }
      if (each instanceof CertificateException) {
        String said = String.valueOf(each.getMessage());
        innermost =
            Optional.of(
                NO_NAME.matcher(said).lookingAt()
                    ? OTHER_HOST + said
                    : "the server's certificate is not trusted: " + said);
      }
    }
    return innermost;
  }

  private static Throwable root(Throwable cause) {
    Throwable inner = cause.getCause();
    return cause instanceof DecoderException && inner != null ? inner : cause;
  }
}
