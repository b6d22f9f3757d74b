package dev.gimlet.server.chat;

import dev.gimlet.server.chat.ChatEvent.Stamp;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.Text;
import java.util.UUID;

/// A publication as chat pages get it: encoded once for all of them. Immutable.
record PageMessage(Text json, PreparedMessage prepared) {

  private static final String FROM = "from";
  private static final String ID = "id";

  /// What marks a publication as something that a person said.
  static PublishOptions tags(String person, String id) {
    return PublishOptions.NONE.tag(FROM, person).tag(ID, id);
  }

  static PageMessage of(Publication publication) {
    return publication.encoded(PageMessage.class, PageMessage::encode);
  }

  private static PageMessage encode(Publication publication) {
    Text json = ChatJson.encode(event(publication));
    return new PageMessage(json, PreparedMessage.of(json));
  }

  private static ChatEvent event(Publication publication) {
    String from = publication.tags().getOrDefault(FROM, "");
    Stamp stamp =
        new Stamp(id(publication), publication.time().toEpochMilli(), publication.position());
    return switch (publication.message()) {
      case Text text when !from.isEmpty() ->
          new ChatEvent.PersonMessage(stamp, from, beginning(text));
      case Text text -> new ChatEvent.RawText(stamp, beginning(text), text.size());
      case Binary binary -> new ChatEvent.RawBinary(stamp, binary.size());
    };
  }

  /// That of the page, or one by which pages know a message that comes twice.
  private static String id(Publication publication) {
    String given = publication.tags().get(ID);
    return given != null
        ? given
        : publication
            .position()
            .map(Position::toString)
            .orElseGet(() -> UUID.randomUUID().toString());
  }

  /// At most as much as a person may say: an event must fit into everybody's outbox.
  private static String beginning(Text text) {
    return text.size() <= Line.MAX_TEXT_BYTES
        ? text.value()
        : Utf8Prefix.of(text.utf8(), Line.MAX_TEXT_BYTES);
  }
}
