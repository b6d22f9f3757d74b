package dev.gimlet.client;

import dev.gimlet.client.Ending.Closed;
import dev.gimlet.client.Ending.NotWebSocket;
import dev.gimlet.client.Ending.Refused;
import dev.gimlet.client.Ending.Unreachable;
import dev.gimlet.client.Ending.Untrusted;
import dev.gimlet.transport.ClientConnection;
import dev.gimlet.transport.ClientLoop;
import dev.gimlet.transport.ClientOwner;
import dev.gimlet.transport.DialFailure;
import dev.gimlet.transport.Dialling;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A link on its event loop: does what its [Reconnection] decides.
///
/// Thread-safe: one lock, `outgoing`, over what is to be sent and the connection it goes to; the
/// rest belongs to the event loop. The lock is held while a message is handed to the connection, so
/// that messages keep their order across connections, and never while a listener is called.
final class ReconnectingLink implements ClientLink, Reconnection.Actions {

  private final WebSocketClient client;
  private final ClientOptions options;
  private final ClientLoop loop;
  private final ClientListener listener;
  private final BooleanSupplier ready; // whether messages are wanted
  private final Reconnection reconnection;
  private final Outgoing outgoing;

  private @Nullable ClientConnection current; // guarded by outgoing
  private boolean greeting; // guarded by outgoing: onOpen runs, and its messages go first
  private boolean closed; // guarded by outgoing: by the program, or for ever

  private @Nullable Future<?> timer; // of the back-off
  private @Nullable Future<?> question; // the next ping that asks
  private @Nullable Dialling dialling;
  private String address = ""; // that was tried last, without its query: that may hold secrets
  private boolean warned; // that attempts fail, since there was a connection
  private @Nullable CloseStatus lastWord; // once the queue has left

  ReconnectingLink(
      WebSocketClient client, List<URI> addresses, ClientListener listener, BooleanSupplier ready) {
    this.client = client;
    this.options = client.options();
    this.loop = client.nextLoop();
    this.listener = listener;
    this.ready = ready;
    this.outgoing = new Outgoing(options);
    // Jitter needs no secret: it keeps clients apart that were cut together.
    this.reconnection =
        new Reconnection(addresses, options, () -> ThreadLocalRandom.current().nextLong(), this);
  }

  // The public face: any thread

  void start() {
    loop.execute(reconnection::start);
  }

  @Override
  public SendOutcome send(Message message) {
    synchronized (outgoing) {
      if (closed) {
        return SendOutcome.CLOSED;
      }
      if (isDirect() && sendNow(message)) {
        return SendOutcome.SENT;
      }
      boolean telling = outgoing.isDropping();
      SendOutcome outcome =
          isGreeting() ? outgoing.offerGreeting(message) : outgoing.offer(message);
      boolean hasRoom = current != null && !greeting && current.hasRoomFor(message);
      if (outcome == SendOutcome.DROPPED && !telling) {
        loop.execute(this::tellDropped);
      } else if (hasRoom && outcome == SendOutcome.QUEUED) {
        loop.execute(this::drain); // room was made before the message could be seen
      }
      return outcome;
    }
  }

  /// Whether nothing has to leave before the next message.
  private boolean isDirect() {
    return greeting ? isGreeting() && !outgoing.isGreetingWaiting() : !outgoing.isWaiting();
  }

  /// Whether the caller is onOpen, whose messages go first.
  private boolean isGreeting() {
    return greeting && loop.isCurrent();
  }

  /// Hands a message to the connection; false when there is none that takes it.
  private boolean sendNow(Message message) {
    ClientConnection open = current;
    if (open == null || !open.hasRoomFor(message) || open.send(message) != SendResult.ACCEPTED) {
      return false;
    }
    outgoing.sent(message);
    askFor(open);
    return true;
  }

  /// Asks whether the server has what was sent, now or when it is time; holds the lock.
  private void askFor(ClientConnection open) {
    if (!outgoing.isToBeAsked() || question != null) {
      return;
    }
    long now = System.nanoTime();
    long nanos = outgoing.nanosToNextQuestion(now);
    if (nanos <= 0) {
      open.ping(outgoing.question(now));
    } else {
      question = loop.schedule(this::ask, Duration.ofNanos(nanos));
    }
  }

  @Override
  public Optional<WebSocketConnection> connection() {
    synchronized (outgoing) {
      return Optional.ofNullable(current);
    }
  }

  @Override
  public void retryNow() {
    loop.execute(reconnection::retryNow);
  }

  @Override
  public void close(CloseStatus status) {
    CloseStatus sendable = CloseStatus.of(status.code(), status.reason());
    synchronized (outgoing) {
      closed = true;
    }
    loop.execute(() -> reconnection.close(sendable));
  }

  @Override
  public String toString() {
    return "link " + connection().map(Object::toString).orElse("without a connection");
  }

  /// Whether the server may not have something that was sent.
  boolean isUnconfirmed() {
    synchronized (outgoing) {
      return outgoing.isUnconfirmed();
    }
  }

  /// Goes on reading if the listener was not ready for messages.
  void resume() {
    ClientConnection open;
    synchronized (outgoing) {
      open = current;
    }
    if (open != null) {
      open.resume();
    }
  }

  // What the state machine wants: the event loop

  @Override
  public void delay(int ticket, Duration delay) {
    timer = loop.schedule(() -> reconnection.delayOver(ticket), delay);
  }

  @Override
  public void prepare(int ticket, ConnectRequest request) {
    address = place(request.uri()); // also of an attempt that the hook keeps from being one
    if (options.beforeAttempt().isEmpty()) {
      reconnection.prepared(ticket, request);
      return;
    }
    BeforeAttempt hook = options.beforeAttempt().get();
    Thread _ =
        Thread.ofVirtual()
            .name("gimlet-before-attempt")
            .start(() -> callHook(hook, ticket, request));
  }

  private void callHook(BeforeAttempt hook, int ticket, ConnectRequest request) {
    try {
      ConnectRequest changed =
          Objects.requireNonNull(hook.prepare(request), "null instead of a request");
      loop.execute(() -> reconnection.prepared(ticket, changed));
    } catch (Throwable failure) { // the boundary to the program
      Ending ending = new Unreachable("beforeAttempt failed: " + failure);
      loop.execute(() -> reconnection.failed(ticket, ending, System.nanoTime()));
    }
  }

  @Override
  public void dial(int ticket, ConnectRequest request) {
    address = place(request.uri());
    try {
      dialling = loop.dial(client.dial(request), new Attempt(ticket));
    } catch (RuntimeException | Error failure) {
      Ending ending = new Unreachable("cannot dial: " + failure.getMessage());
      reconnection.failed(ticket, ending, System.nanoTime());
    }
  }

  private static String place(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  @Override
  public void abandon() {
    if (timer != null) {
      timer.cancel(false);
    }
    if (dialling != null) {
      dialling.abandon();
    }
  }

  @Override
  public void closeConnection(CloseStatus status) {
    lastWord = status;
    drain();
  }

  @Override
  public void onReconnecting(Reconnecting next) {
    if (!warned && !(next.because() instanceof Closed)) {
      warned = true;
      client.log().warnOfFailure(address, next);
    }
    call("onReconnecting", () -> listener.onReconnecting(this, next));
  }

  @Override
  public void onEnded(Ending ending) {
    List<Message> never;
    synchronized (outgoing) {
      closed = true;
      never = outgoing.takeWaiting();
    }
    try {
      tellDropped();
      tell(never, Unsent.Fate.NOT_SENT, "the link has ended: " + ending.reason());
      call("onClose", () -> listener.onClose(this, ending));
    } finally {
      client.forget(this);
    }
  }

  // What the connection tells: the event loop

  /// One attempt, and the connection that came of it. Owned by the event loop.
  private final class Attempt implements ClientOwner {

    private final int ticket;

    private Attempt(int ticket) {
      this.ticket = ticket;
    }

    @Override
    public void onFailed(DialFailure failure) {
      dialling = null;
      reconnection.failed(ticket, ending(failure), System.nanoTime());
    }

    @Override
    public void onOpen(WebSocketConnection connection) {
      dialling = null;
      if (reconnection.opened(ticket, System.nanoTime())) {
        greet((ClientConnection) connection);
      } else {
        connection.close(CloseStatus.GOING_AWAY);
      }
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {
      listener.onMessage(ReconnectingLink.this, message);
    }

    @Override
    public void onPing(WebSocketConnection connection, ByteBuffer payload) {
      listener.onPing(ReconnectingLink.this, payload);
    }

    @Override
    public void onPong(WebSocketConnection connection, ByteBuffer payload) {
      synchronized (outgoing) {
        outgoing.answered(payload);
      }
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      onLost(ticket, new Closed(status));
    }

    @Override
    public boolean isReady() {
      return ready.getAsBoolean();
    }

    @Override
    public void onRoom() {
      boolean waiting;
      synchronized (outgoing) {
        waiting = outgoing.isWaiting();
      }
      if (waiting) {
        drain();
      }
    }
  }

  private void greet(ClientConnection connection) {
    warned = false;
    synchronized (outgoing) {
      current = connection;
      greeting = true;
    }
    Opened opened = new Opened(connection, reconnection.isResumed(), reconnection.failures());
    try {
      listener.onOpen(this, opened);
    } finally {
      synchronized (outgoing) {
        greeting = false;
        outgoing.endGreeting();
      }
    }
    drain();
  }

  private void onLost(int ticket, Ending ending) {
    List<Message> unknown;
    synchronized (outgoing) {
      current = null;
      unknown = outgoing.takeUnconfirmed();
      if (question != null) {
        question.cancel(false);
        question = null;
      }
    }
    try {
      tell(unknown, Unsent.Fate.UNKNOWN, "the connection ended before the server confirmed it");
    } finally { // nobody else would ever tell it
      reconnection.lost(ticket, ending, System.nanoTime());
    }
  }

  /// Sends what waits, as far as there is room, and then the last word.
  private void drain() {
    ClientConnection open;
    boolean done;
    synchronized (outgoing) {
      open = current;
      Message next = greeting ? null : outgoing.first();
      while (next != null && sendNow(next)) {
        outgoing.removeFirst();
        next = outgoing.first();
      }
      done = !greeting && !outgoing.isWaiting();
    }
    if (done && open != null && lastWord != null) {
      sayLastWord(open, lastWord);
    }
  }

  /// The server answers the last question before it answers the close.
  private void sayLastWord(ClientConnection open, CloseStatus status) {
    synchronized (outgoing) {
      if (outgoing.isToBeAsked()) {
        open.ping(outgoing.question(System.nanoTime()));
      }
    }
    open.close(status);
  }

  private void ask() {
    synchronized (outgoing) {
      question = null;
      if (current != null) {
        askFor(current);
      }
    }
  }

  private static Ending ending(DialFailure failure) {
    return switch (failure) {
      case DialFailure.Unreachable(String reason) -> new Unreachable(reason);
      case DialFailure.Untrusted(String reason) -> new Untrusted(reason);
      case DialFailure.Broken(String rule) -> new NotWebSocket(rule);
      case DialFailure.Refused(int status, String reason, Optional<String> retryAfter) ->
          new Refused(
              status, reason, retryAfter.flatMap(value -> RetryAfter.parse(value, Instant.now())));
    };
  }

  // The listener

  private void tellDropped() {
    List<Message> dropped;
    synchronized (outgoing) {
      dropped = outgoing.takeDropped();
    }
    tell(dropped, Unsent.Fate.NOT_SENT, "there was no connection, or no room");
  }

  private void tell(List<Message> messages, Unsent.Fate fate, String reason) {
    for (Message message : messages) {
      Unsent unsent = new Unsent(message, fate, reason);
      call("onUnsent", () -> listener.onUnsent(this, unsent));
    }
  }

  /// Calls a program's code: whatever it throws is reported, and the link goes on.
  private void call(String where, Runnable callback) {
    try {
      callback.run();
    } catch (Throwable failure) { // the boundary to the program
      client.events().handlerFailed(where + " of " + this, failure);
    }
  }
}
