package dev.gimlet.server.chat;

import dev.gimlet.room.Room;
import dev.gimlet.server.chat.ChatEvent.Remedy;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection of somebody with a name: arrives in the room, and says lines there.
///
/// With the subprotocol `gimlet.chat` a line is JSON with an id; without it a text message is the
/// line. Owned by its connection's event loop.
final class PersonListener implements WebSocketListener {

  /// Who arrives, or comes back too late, gets so many messages.
  static final int HISTORY_MESSAGES = 50;

  private static final String AWAY = "the room cannot be reached now";

  private final Room room;
  private final String person;
  private final Optional<Position> since;
  private final PeopleNews news;
  private @Nullable PersonMember member; // null before it is open, and once it is closed

  PersonListener(Room room, String person, Optional<Position> since, PeopleNews news) {
    this.room = room;
    this.person = person;
    this.since = since;
    this.news = news;
  }

  @Override
  public void onOpen(WebSocketConnection connection) {
    if (since.isPresent()) {
      comeBack(connection, since.get());
    } else {
      arrive(connection);
    }
  }

  private void comeBack(WebSocketConnection connection, Position position) {
    PersonMember returning = newMember(connection);
    whileMember(
        returning,
        connection,
        room.join(returning, position),
        recovery -> {
          switch (recovery) {
            case Recovered complete -> welcome(returning, connection, true, complete.top());
            case NotRecovered _ -> {
              room.leave(returning);
              arrive(connection);
            }
          }
        });
  }

  private void arrive(WebSocketConnection connection) {
    PersonMember arriving = newMember(connection);
    whileMember(
        arriving,
        connection,
        room.joinWithHistory(arriving, HISTORY_MESSAGES),
        history -> welcome(arriving, connection, false, history.top()));
  }

  private PersonMember newMember(WebSocketConnection connection) {
    PersonMember fresh = new PersonMember(connection, room, person, news);
    member = fresh;
    return fresh;
  }

  private void welcome(
      PersonMember arrived, WebSocketConnection connection, boolean recovered, Position top) {
    whileMember(
        arrived,
        connection,
        room.presence(Crowd.MAX_MEMBERS),
        presence -> arrived.welcome(recovered, top, Crowd.of(presence)));
  }

  /// Goes on with the answer, on the event loop, unless the connection was closed meanwhile.
  private <T> void whileMember(
      PersonMember arriving,
      WebSocketConnection connection,
      CompletableFuture<T> answer,
      Consumer<T> next) {
    var _ =
        answer.whenCompleteAsync(
            (result, failure) -> {
              if (member != arriving) {
                return;
              }
              if (failure == null) {
                next.accept(result);
              } else {
                connection.close(CloseStatus.of(CloseStatus.TRY_AGAIN_LATER, reason(failure)));
              }
            },
            connection.eventLoop());
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable known = failure instanceof CompletionException && cause != null ? cause : failure;
    String message = known.getMessage();
    return known instanceof BrokerException && message != null ? message : AWAY;
  }

  @Override
  public void onMessage(WebSocketConnection connection, Message message) {
    switch (message) {
      case Text text when text.size() > PageInput.MAX_BYTES ->
          refuse(
              connection,
              "",
              "message of %d bytes: write a text of at most %d"
                  .formatted(text.size(), Line.MAX_TEXT_BYTES));
      case Text text -> take(connection, text);
      case Binary binary ->
          refuse(connection, "", "binary message of " + binary.size() + " bytes: send text");
    }
  }

  private void take(WebSocketConnection connection, Text text) {
    try {
      switch (input(connection, text)) {
        case Line line -> say(connection, line);
        case PageInput.Question _ -> tell(connection, new ChatEvent.Answer());
      }
    } catch (IllegalArgumentException e) {
      refuse(connection, "", String.valueOf(e.getMessage()));
    }
  }

  private static PageInput input(WebSocketConnection connection, Text text) {
    return connection.subprotocol().isPresent()
        ? ChatJson.read(text)
        : new Line(UUID.randomUUID().toString(), text.value());
  }

  private void say(WebSocketConnection connection, Line line) {
    String fault = line.fault();
    if (!fault.isEmpty()) {
      refuse(connection, line.id(), fault);
      return;
    }
    PublishOptions options =
        PageMessage.tags(person, line.id()).idempotencyKey(LineKey.of(person, line));
    var _ =
        room.publish(Text.of(line.text()), options)
            .whenComplete((published, failure) -> answer(connection, line, published, failure));
  }

  /// Called by the thread that brings the broker's answer.
  private static void answer(
      WebSocketConnection connection,
      Line line,
      @Nullable Published published,
      @Nullable Throwable failure) {
    if (failure != null) {
      tell(connection, new ChatEvent.Refusal(line.id(), reason(failure), Remedy.SEND_AGAIN));
    } else if (published != null && published.repeated()) {
      tell(connection, new ChatEvent.Confirmation(line.id()));
    }
  }

  private static void refuse(WebSocketConnection connection, String id, String error) {
    tell(connection, new ChatEvent.Refusal(id, error, Remedy.NONE));
  }

  private static void tell(WebSocketConnection connection, ChatEvent event) {
    var _ = connection.send(ChatJson.encode(event)); // what is closed hears nothing
  }

  @Override
  public void onClose(WebSocketConnection connection, CloseStatus status) {
    PersonMember leaving = member;
    if (leaving != null) {
      member = null;
      room.leave(leaving);
    }
  }
}
