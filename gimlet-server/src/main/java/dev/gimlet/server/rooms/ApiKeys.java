package dev.gimlet.server.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.http.Context;
import dev.gimlet.http.HttpException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;

/// The keys of those who may use an address; without any, everybody may.
///
/// Immutable. Only digests are kept and compared, in a time that tells nothing about them.
public final class ApiKeys {

  /// Nobody needs a key.
  public static final ApiKeys NONE = new ApiKeys(List.of());

  /// The shortest key, in characters: with fewer, guessing would pay.
  public static final int MIN_CHARACTERS = 16;

  private static final String FIELD = "X-API-Key";

  private final List<byte[]> digests;

  private ApiKeys(List<byte[]> digests) {
    this.digests = digests;
  }

  /// Any of these is good.
  ///
  /// @throws IllegalArgumentException when one is too short, or could not be sent in a header field
  public static ApiKeys of(List<String> keys) {
    return new ApiKeys(keys.stream().map(ApiKeys::checked).map(ApiKeys::digest).toList());
  }

  /// The key itself.
  ///
  /// @throws IllegalArgumentException as for [#of(List)]; the message does not say the key
  public static String checked(String key) {
    if (key.length() < MIN_CHARACTERS) {
      throw new IllegalArgumentException(
          "an API key of %d characters: use at least %d, such as the output of openssl rand -hex 16"
              .formatted(key.length(), MIN_CHARACTERS));
    }
    if (!key.chars().allMatch(character -> character > ' ' && character < 0x7F)) {
      throw new IllegalArgumentException(
          "an API key with spaces, or signs beyond ASCII: use letters, digits and other ASCII signs");
    }
    return key;
  }

  /// Refuses a request without a key that is good.
  ///
  /// @throws HttpException 401
  void require(Context context) {
    if (digests.isEmpty()) {
      return;
    }
    List<String> sent = context.headerFields(FIELD);
    if (sent.size() != 1 || !isGood(digest(sent.getFirst()))) {
      String message = sent.isEmpty() ? "an API key is needed" : "the API key is wrong";
      throw new HttpException(
          401, message + ": send it as " + FIELD, Map.of("WWW-Authenticate", FIELD));
    }
  }

  /// Compares with each, so that the time does not tell which it was.
  private boolean isGood(byte[] digest) {
    boolean good = false;
    for (byte[] known : digests) {
      good |= MessageDigest.isEqual(known, digest);
    }
    return good;
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
