package dev.gimlet.server.rooms;

import dev.gimlet.http.Context;
import dev.gimlet.http.HttpException;
import dev.gimlet.room.Room;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Publishes the body of a request as one message.
final class PublishEndpoint {

  private static final String FORM = "application/x-www-form-urlencoded"; // what curl -d says
  private static final String BYTES = "application/octet-stream";
  private static final int MAX_TOLD_CHARACTERS = 100; // of a media type
  private static final Pattern OTHER_CHARSET =
      Pattern.compile(";\\s*charset=\"?+(?!utf-8\\b|us-ascii\\b)", Pattern.CASE_INSENSITIVE);

  private PublishEndpoint() {}

  static void publish(Context context, Room room) throws InterruptedException {
    PublishOptions options = options(context);
    Message message = message(context);
    Published published = BrokerAnswer.await(room.publish(message, options));
    Map<String, Object> answer = new LinkedHashMap<>();
    published.position().ifPresent(position -> answer.put("position", position.toString()));
    answer.put("repeated", published.repeated());
    context.responseField("Cache-Control", "no-store").json(answer);
  }

  private static PublishOptions options(Context context) {
    Optional<String> key = context.headerField("Idempotency-Key");
    try {
      return key.map(PublishOptions.NONE::idempotencyKey).orElse(PublishOptions.NONE);
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, "Idempotency-Key: " + malformed.getMessage());
    }
  }

  private static Message message(Context context) {
    int size = context.body().length;
    int limit = context.webSocketOptions().maxMessageBytes();
    if (size == 0) {
      throw new HttpException(400, "the body is empty: send the message to publish");
    }
    if (size > limit) {
      throw new HttpException(413, "a message of " + size + " bytes: send at most " + limit);
    }
    String contentType = context.headerField("Content-Type").orElse("");
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (mediaType.equals(BYTES)) {
      return Binary.wrap(context.body());
    }
    if (!isText(mediaType) || OTHER_CHARSET.matcher(contentType).find()) {
      throw new HttpException(
          415,
          "a message is text or JSON in UTF-8, or bytes as "
              + BYTES
              + ", not "
              + contentType.substring(0, Math.min(contentType.length(), MAX_TOLD_CHARACTERS)));
    }
    return Text.of(context.bodyText());
  }

  private static boolean isText(String mediaType) {
    return mediaType.isEmpty()
        || mediaType.startsWith("text/")
        || mediaType.equals("application/json")
        || (mediaType.startsWith("application/") && mediaType.endsWith("+json"))
        || mediaType.equals(FORM);
  }
}
