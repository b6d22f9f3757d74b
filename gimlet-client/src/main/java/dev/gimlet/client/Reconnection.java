package dev.gimlet.client;

import dev.gimlet.client.Ending.Closed;
import dev.gimlet.websocket.CloseStatus;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// The life of a link as a state machine: when to try, where, when to wait and when to stop.
///
/// No threads, no clock, no sockets: time comes with the events that need it, and what is to be
/// done is told to [Actions]. Each wait and each attempt has a ticket; what comes with an old one
/// is late and ignored. Owned by the event loop of its link.
final class Reconnection {

  /// Where a link stands.
  enum State {
    /// Nothing has been tried yet.
    NEW,
    /// Until the back-off is over.
    WAITING,
    /// The program's hook prepares the next attempt.
    PREPARING,
    /// A connection is being opened.
    DIALLING,
    /// There is a connection.
    OPEN,
    /// The program has closed; the connection ends.
    CLOSING,
    /// For ever.
    ENDED
  }

  /// What is to be done; called from within the events, after the state has changed.
  interface Actions {

    /// Calls [#delayOver] with the ticket after the delay.
    void delay(int ticket, Duration delay);

    /// Calls [#prepared] with the ticket and what to ask for, or [#failed].
    void prepare(int ticket, ConnectRequest request);

    /// Calls [#opened] with the ticket, and later [#lost], or [#failed].
    void dial(int ticket, ConnectRequest request);

    /// Forgets the delay or the attempt under way, if there is one.
    void abandon();

    /// Starts the closing handshake; [#lost] follows.
    void closeConnection(CloseStatus status);

    /// The link waits before it tries again.
    void onReconnecting(Reconnecting next);

    /// The link has ended; nothing follows.
    void onEnded(Ending ending);
  }

  private final Addresses addresses;
  private final ClientOptions options;
  private final RandomGenerator random;
  private final Actions actions;
  private State state = State.NEW;
  private int ticket;
  private int failures; // in a row
  private boolean everOpen;
  private long openedAtNanos;

  Reconnection(
      List<URI> addresses, ClientOptions options, RandomGenerator random, Actions actions) {
    this.addresses = new Addresses(addresses);
    this.options = options;
    this.random = random;
    this.actions = actions;
  }

  State state() {
    return state;
  }

  /// How many attempts in a row have failed.
  int failures() {
    return failures;
  }

  void start() {
    if (state == State.NEW) {
      begin();
    }
  }

  void delayOver(int due) {
    if (state == State.WAITING && due == ticket) {
      begin();
    }
  }

  /// Does not wait any longer.
  void retryNow() {
    if (state == State.WAITING) {
      actions.abandon();
      begin();
    }
  }

  void prepared(int due, ConnectRequest request) {
    if (state == State.PREPARING && due == ticket) {
      state = State.DIALLING;
      actions.dial(ticket, request);
    }
  }

  /// The attempt came to nothing.
  void failed(int due, Ending ending, long nowNanos) {
    boolean trying = state == State.PREPARING || state == State.DIALLING;
    if (trying && due == ticket) {
      addresses.failed(ending, nowNanos);
      boolean isLast = (addresses.haveAllFailed() && isTired()) || addresses.areAllFinal();
      comeBackUnless(isLast, ending, nowNanos);
    }
  }

  /// Whether a connection that is open now is wanted; `resumed` tells whether it is not the first.
  boolean opened(int due, long nowNanos) {
    if (state != State.DIALLING || due != ticket) {
      return false;
    }
    state = State.OPEN;
    addresses.opened();
    openedAtNanos = nowNanos;
    return true;
  }

  /// Whether there was a connection before this one; asked once for each.
  boolean isResumed() {
    boolean resumed = everOpen;
    everOpen = true;
    return resumed;
  }

  /// The connection is closed.
  void lost(int due, Ending ending, long nowNanos) {
    if (due != ticket) {
      return;
    }
    if (state == State.CLOSING) {
      end(ending);
    } else if (state == State.OPEN) {
      if (nowNanos - openedAtNanos >= options.stableAfter().toNanos()) {
        failures = 0;
      }
      comeBackUnless(ending.isFinal() || isTired(), ending, nowNanos);
    }
  }

  /// The program ends the link.
  void close(CloseStatus status) {
    switch (state) {
      case OPEN -> {
        state = State.CLOSING;
        actions.closeConnection(status);
      }
      case NEW, WAITING, PREPARING, DIALLING -> {
        actions.abandon();
        end(new Closed(status));
      }
      case CLOSING, ENDED -> {}
    }
  }

  private void begin() {
    state = State.PREPARING;
    ticket++;
    actions.prepare(ticket, new ConnectRequest(failures, addresses.next(), options.fields()));
  }

  /// Whether the program wants no further attempt.
  private boolean isTired() {
    return failures >= options.reconnectAttempts();
  }

  private void comeBackUnless(boolean isLast, Ending ending, long nowNanos) {
    if (isLast) {
      end(ending);
      return;
    }
    state = State.WAITING;
    ticket++;
    failures++;
    Duration delay = options.backOff().delay(failures, addresses.asks(nowNanos), random);
    actions.delay(ticket, delay);
    actions.onReconnecting(new Reconnecting(failures, delay, ending));
  }

  private void end(Ending ending) {
    state = State.ENDED;
    ticket++;
    actions.onEnded(ending);
  }
}
