package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/// What happened at an endpoint, in order; each word takes the event it names.
///
/// What the peer sees and what the application sees are two orders.
final class EndpointAssert extends AbstractAssert<EndpointAssert, Endpoint> {

  private EndpointAssert(Endpoint endpoint) {
    super(endpoint, EndpointAssert.class);
  }

  static EndpointAssert assertThat(Endpoint endpoint) {
    return new EndpointAssert(endpoint);
  }

  EndpointAssert received(Message message) {
    return application(new Event.Received(message));
  }

  EndpointAssert receivedPing(String payload) {
    return application(new Event.PingReceived(Binary.wrap(payload.getBytes(UTF_8))));
  }

  EndpointAssert receivedPong(String payload) {
    return application(new Event.PongReceived(Binary.wrap(payload.getBytes(UTF_8))));
  }

  EndpointAssert closedWith(CloseStatus status) {
    return application(new Event.Closed(status));
  }

  EndpointAssert closedWith(int code) {
    return closedWith(new CloseStatus(code, ""));
  }

  EndpointAssert sentPong(String payload) {
    return peer(Event.Sent.pong(payload));
  }

  EndpointAssert sentClose(int code, String reason) {
    return peer(Event.Sent.close(code, reason));
  }

  EndpointAssert sentEmptyClose() {
    return peer(new Event.Sent(Opcode.CLOSE, Binary.of()));
  }

  /// The peer is told the code and a rule, the application the same.
  EndpointAssert failedWith(int code) {
    Event last = take(Event.Closed.class::isInstance);
    Assertions.assertThat(last).isInstanceOf(Event.Closed.class);
    CloseStatus status = ((Event.Closed) last).status();
    Assertions.assertThat(status.code()).isEqualTo(code);
    Assertions.assertThat(status.reason()).isNotBlank();
    return sentClose(code, status.reason());
  }

  EndpointAssert nothingElse() {
    Assertions.assertThat(actual.events).isEmpty();
    return this;
  }

  private EndpointAssert application(Event expected) {
    Assertions.assertThat(take(event -> !(event instanceof Event.Sent))).isEqualTo(expected);
    return this;
  }

  private EndpointAssert peer(Event.Sent expected) {
    Assertions.assertThat(take(Event.Sent.class::isInstance)).isEqualTo(expected);
    return this;
  }

  private Event take(Predicate<Event> kind) {
    Event first =
        actual.events.stream()
            .filter(kind)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no such event among " + actual.events));
    actual.events.remove(first);
    return first;
  }
}
