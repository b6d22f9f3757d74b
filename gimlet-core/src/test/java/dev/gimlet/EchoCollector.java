package dev.gimlet;

import static java.util.Objects.requireNonNull;

import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the JDK's WebSocket client receives. Thread-safe: a concurrent queue and a future.
final class EchoCollector implements WebSocket.Listener {
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder(); // only the listener's

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      texts.add(text.toString());
      text.setLength(0);
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable failure) {
    closed.completeExceptionally(failure);
  }

  String next() throws InterruptedException {
    return requireNonNull(texts.poll(10, TimeUnit.SECONDS), "no text within 10 s");
  }
}
