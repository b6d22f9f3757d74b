package dev.gimlet.server.chat;

import dev.gimlet.spi.Position;
import dev.gimlet.websocket.Text;
import java.util.List;
import java.util.Optional;

/// What the people in a room are told; [ChatJson] gives each its form on the wire. Immutable.
sealed interface ChatEvent {

  /// The first event of a connection; the messages are encoded already, oldest first.
  ///
  /// When it is recovered they are exactly what was missed since the position that the page named.
  record Welcome(
      String room,
      String you,
      Crowd present,
      boolean recovered,
      Position position,
      List<Text> messages)
      implements ChatEvent {}

  /// Who came and went since the last notice, and who is there now.
  record PeopleNotice(Names joined, Names left, Crowd present) implements ChatEvent {

    boolean namesAll() {
      return joined.more() == 0 && left.more() == 0;
    }

    /// Whether the names of those present are told: all of them, which makes good what notices
    /// before have missed, or some, when this notice does not name all who came and went.
    boolean listsPresent() {
      return present.namesAll() || !namesAll();
    }
  }

  /// A person said something; the id is the one the person's page gave it.
  record PersonMessage(Stamp stamp, String from, String text) implements ChatEvent {}

  /// A raw member sent text; `bytes` is its full size, the text may be the beginning only.
  record RawText(Stamp stamp, String text, int bytes) implements ChatEvent {}

  /// A raw member sent bytes.
  record RawBinary(Stamp stamp, int bytes) implements ChatEvent {}

  /// What a person sent again had been said before: told to that connection alone.
  record Confirmation(String id) implements ChatEvent {}

  /// What a person sent was not taken; the id is empty when it could not be read.
  record Refusal(String id, String error, Remedy remedy) implements ChatEvent {}

  /// Messages may be missing between the last one and the next; what follows goes on from there.
  record Loss(Position position, String reason) implements ChatEvent {}

  /// The answer to a [PageInput.Question].
  record Answer() implements ChatEvent {}

  /// What every message has; the position is empty in a room without history.
  record Stamp(String id, long timeMillis, Optional<Position> position) {}

  /// What to do about a refusal.
  enum Remedy {
    /// Nothing: the same would be refused again.
    NONE,
    /// Send the same again, with the same id.
    SEND_AGAIN
  }

  /// Some names, and how many more there are.
  record Names(List<String> names, int more) {}
}
