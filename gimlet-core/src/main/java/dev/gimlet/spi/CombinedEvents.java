package dev.gimlet.spi;

import dev.gimlet.http.EventStream;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/// Tells several listeners, and swallows what they throw: they are told in the midst of other work,
/// and nobody is left to tell. Immutable.
record CombinedEvents(List<ServerEvents> listeners) implements ServerEvents {
  @Override
  public void opened(WebSocketConnection connection) {
    tell(listener -> listener.opened(connection));
  }

  @Override
  public void closed(WebSocketConnection connection, CloseStatus status) {
    tell(listener -> listener.closed(connection, status));
  }

  @Override
  public void refused(SocketAddress peer, int status, String reason) {
    tell(listener -> listener.refused(peer, status, reason));
  }

  @Override
  public void handlerFailed(String where, Throwable failure) {
    tell(listener -> listener.handlerFailed(where, failure));
  }

  @Override
  public void tlsFailed(SocketAddress peer, String reason) {
    tell(listener -> listener.tlsFailed(peer, reason));
  }

  @Override
  public void certificateLoaded(Path file, Instant expiry) {
    tell(listener -> listener.certificateLoaded(file, expiry));
  }

  @Override
  public void certificateUnusable(Path file, String reason) {
    tell(listener -> listener.certificateUnusable(file, reason));
  }

  @Override
  public void slowConsumer(
      WebSocketConnection connection, SlowConsumerPolicy policy, long messages) {
    tell(listener -> listener.slowConsumer(connection, policy, messages));
  }

  @Override
  public void acceptFailed(String reason) {
    tell(listener -> listener.acceptFailed(reason));
  }

  @Override
  public void publishFailed(String room, String reason) {
    tell(listener -> listener.publishFailed(room, reason));
  }

  @Override
  public void brokerAway(String reason) {
    tell(listener -> listener.brokerAway(reason));
  }

  @Override
  public void brokerBack() {
    tell(ServerEvents::brokerBack);
  }

  @Override
  public void streamOpened(EventStream stream) {
    tell(listener -> listener.streamOpened(stream));
  }

  @Override
  public void streamClosed(EventStream stream, EventStream.End end) {
    tell(listener -> listener.streamClosed(stream, end));
  }

  @Override
  public void draining(Duration timeout) {
    tell(listener -> listener.draining(timeout));
  }

  @Override
  public void loopBlocked(String loop, Duration held, List<StackTraceElement> stack) {
    tell(listener -> listener.loopBlocked(loop, held, stack));
  }

  @Override
  public void loopFreed(String loop, Duration held) {
    tell(listener -> listener.loopFreed(loop, held));
  }

  private void tell(Consumer<ServerEvents> event) {
    for (ServerEvents listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable swallowed) {
        // also errors: connections must not suffer for a log that has no memory, or no classes
      }
    }
  }
}
