package dev.gimlet.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// One connection to Redis, made again with growing pauses whenever it is lost.
///
/// Owned by its executor, which runs one task at a time: every method and every call of the owner
/// runs there, but for [#start], [#fail] and [#close], which any thread may call.
final class Link<C> {

  /// Whose connection it is.
  interface Owner<C> {

    /// Begins to connect; called again after each failure.
    CompletionStage<C> connect();

    /// It can be used.
    void opened(C connection);

    /// It, or the attempt to make one, has failed; one more attempt follows.
    void lost(String reason);

    /// Ends a connection that is not wanted any more.
    void discard(C connection);
  }

  private final Executor executor;
  private final ScheduledExecutorService clock;
  private final Owner<C> owner;
  private final Backoff backoff = new Backoff();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable C current; // null while there is none
  private boolean isConnecting;
  private boolean isClosed;

  Link(Executor executor, ScheduledExecutorService clock, Owner<C> owner) {
    this.executor = executor;
    this.clock = clock;
    this.owner = owner;
  }

  /// Connects for the first time.
  void start() {
    executor.execute(this::connect);
  }

  /// Gives this connection up, when it still is the one, and makes another.
  void fail(C connection, String reason) {
    executor.execute(() -> {
      if (Objects.equals(current, connection)) {
        current = null;
        owner.discard(connection);
        retry(reason);
      }
    });
  }

  /// Connects no more; the connection that is there ends with its server's client.
  ///
  /// Complete when no attempt is under way: a client that ends meanwhile leaks its socket.
  CompletableFuture<Void> close() {
    executor.execute(() -> {
      isClosed = true;
      current = null;
      endIfIdle();
    });
    return ended;
  }

  private void endIfIdle() {
    if (isClosed && !isConnecting) {
      ended.complete(null);
    }
  }

  private void connect() {
    if (!isClosed) {
      isConnecting = true;
      attempt()
          .whenComplete((connection, failure) ->
              executor.execute(() -> {
                isConnecting = false;
                if (failure == null) {
                  open(connection);
                } else {
                  retry(Failures.reason(failure));
                }
                endIfIdle();
              }));
    }
  }

  private CompletionStage<C> attempt() {
    try {
      return owner.connect();
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private void open(C connection) {
    if (isClosed) {
      owner.discard(connection);
    } else {
      current = connection;
      backoff.reset();
      owner.opened(connection);
    }
  }

  private void retry(String reason) {
    if (!isClosed) {
      owner.lost(reason);
      clock.schedule(
          () -> executor.execute(this::connect), backoff.next().toMillis(), MILLISECONDS);
    }
  }
}
