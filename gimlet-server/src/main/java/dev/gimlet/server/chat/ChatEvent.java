package dev.gimlet.server.chat;

import dev.gimlet.websocket.Text;
import java.util.List;

/// What a room tells the people in it; [ChatJson] gives each its form on the wire. Immutable.
sealed interface ChatEvent {

  /// The first event of a connection; the messages are encoded already, oldest first.
  record Welcome(String room, String you, Present present, List<Text> messages)
      implements ChatEvent {}

  /// Who came and went since the last notice; `present` is told when not all of them are named.
  record PeopleNotice(Names joined, Names left, Present present) implements ChatEvent {

    boolean namesAll() {
      return joined.more() == 0 && left.more() == 0;
    }
  }

  /// A person said something; the id is the one the person's page gave it.
  record PersonMessage(String id, String from, String text, long timeMillis) implements ChatEvent {}

  /// A raw member sent text; `bytes` is its full size, the text may be the beginning only.
  record RawText(String id, String text, int bytes, long timeMillis) implements ChatEvent {}

  /// A raw member sent bytes.
  record RawBinary(String id, int bytes, long timeMillis) implements ChatEvent {}

  /// What a person sent was not taken; the id is empty when it could not be read.
  record Refusal(String id, String error) implements ChatEvent {}

  /// Some names, and how many more there are.
  record Names(List<String> names, int more) {}

  /// The first of the people who are in the room, and how many there are in all.
  record Present(List<String> names, int count) {}
}
