package dev.gimlet.server.chat;

import dev.gimlet.server.chat.ChatEvent.Remedy;
import dev.gimlet.server.chat.ChatEvent.Stamp;
import dev.gimlet.spi.Position;
import dev.gimlet.websocket.Text;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/// The wire of the chat page: events to people and lines from their pages, as JSON. Immutable.
///
/// One flat place for every field name on the wire; splitting it would hide the protocol.
final class ChatJson {

  private static final JsonMapper MAPPER = JsonMapper.shared();

  private ChatJson() {}

  static Text encode(ChatEvent event) {
    return Text.ofUtf8(MAPPER.writeValueAsBytes(toNode(event)));
  }

  private static ObjectNode toNode(ChatEvent event) {
    return switch (event) {
      case ChatEvent.Welcome welcome -> welcome(welcome);
      case ChatEvent.PeopleNotice notice -> people(notice);
      case ChatEvent.PersonMessage message ->
          message(message.stamp()).put("from", message.from()).put("text", message.text());
      case ChatEvent.RawText message -> rawText(message);
      case ChatEvent.RawBinary message -> message(message.stamp()).put("binary", message.bytes());
      case ChatEvent.Confirmation confirmation -> object("confirmed").put("id", confirmation.id());
      case ChatEvent.Refusal refusal -> refusal(refusal);
      case ChatEvent.Loss loss ->
          object("lost").put("position", loss.position().toString()).put("reason", loss.reason());
      case ChatEvent.Answer _ -> object("here");
    };
  }

  private static ObjectNode welcome(ChatEvent.Welcome welcome) {
    ObjectNode node =
        object("welcome")
            .put("room", welcome.room())
            .put("you", welcome.you())
            .put("recovered", welcome.recovered())
            .put("position", welcome.position().toString())
            .put("count", welcome.present().count());
    node.set("people", array(welcome.present().names()));
    ArrayNode messages = node.putArray("messages");
    welcome.messages().forEach(encoded -> messages.addRawValue(new RawValue(encoded.value())));
    return node;
  }

  private static ObjectNode people(ChatEvent.PeopleNotice notice) {
    ObjectNode node = object("people").put("count", notice.present().count());
    node.set("joined", array(notice.joined().names()));
    node.set("left", array(notice.left().names()));
    if (!notice.namesAll()) {
      node.put("moreJoined", notice.joined().more()).put("moreLeft", notice.left().more());
    }
    if (notice.listsPresent()) {
      node.set("people", array(notice.present().names()));
    }
    return node;
  }

  private static ObjectNode rawText(ChatEvent.RawText message) {
    ObjectNode node = message(message.stamp()).put("text", message.text());
    return Text.of(message.text()).size() == message.bytes()
        ? node
        : node.put("size", message.bytes());
  }

  private static ObjectNode refusal(ChatEvent.Refusal refusal) {
    ObjectNode node = object("error").put("error", refusal.error());
    if (!refusal.id().isEmpty()) {
      node.put("id", refusal.id());
    }
    return refusal.remedy() == Remedy.SEND_AGAIN ? node.put("again", true) : node;
  }

  private static ObjectNode message(Stamp stamp) {
    ObjectNode node = object("message").put("id", stamp.id()).put("time", stamp.timeMillis());
    return stamp
        .position()
        .map(Position::toString)
        .map(at -> node.put("position", at))
        .orElse(node);
  }

  private static ObjectNode object(String type) {
    return MAPPER.createObjectNode().put("type", type);
  }

  private static ArrayNode array(List<String> names) {
    ArrayNode array = MAPPER.createArrayNode();
    names.forEach(array::add);
    return array;
  }

  /// Reads what a page sends: `{"id":"…","text":"…"}`, or `{"type":"question"}`.
  ///
  /// @throws IllegalArgumentException when it is neither; the message says what to send
  static PageInput read(Text text) {
    JsonNode node = parse(text);
    if (node.path("type").asString("").equals("question")) {
      return new PageInput.Question();
    }
    if (!node.path("id").isString() || !node.path("text").isString()) {
      throw new IllegalArgumentException(
          "not a message: send {\"id\":\"a new UUID\",\"text\":\"what you say\"}");
    }
    return new Line(node.path("id").stringValue(), node.path("text").stringValue());
  }

  private static JsonNode parse(Text text) {
    try {
      return MAPPER.readTree(text.utf8());
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not JSON: send {\"id\":\"a new UUID\",\"text\":\"what you say\"}", e);
    }
  }
}
