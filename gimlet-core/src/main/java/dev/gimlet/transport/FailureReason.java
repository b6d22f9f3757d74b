package dev.gimlet.transport;

import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import java.lang.reflect.InvocationTargetException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Why a connection could not be opened, in words for people.
public final class FailureReason {

  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed( with error\\(-?\\d+\\))?: ");

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

  /// What is wrong with the server's certificate, if that is what is wrong.
  public static String ofTls(Throwable cause) {
    return distrust(cause).orElseGet(() -> ofConnecting(root(cause)));
  }

  /// Whether the reason is a certificate that is not trusted.
  public static boolean isOfTrust(Throwable cause) {
    return distrust(cause).isPresent();
  }

  private static Optional<String> distrust(Throwable cause) {
    Optional<String> innermost = Optional.empty();
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CertPathBuilderException) {
        return Optional.of("the server's certificate is not trusted");
      }
      if (each instanceof CertificateException) {
        innermost = Optional.of("the server's certificate is not trusted: " + each.getMessage());
      }
    }
    return innermost;
  }

  private static Throwable root(Throwable cause) {
    Throwable inner = cause.getCause();
    return cause instanceof DecoderException && inner != null ? inner : cause;
  }
}
