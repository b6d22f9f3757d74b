package dev.gimlet.http;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.RateLimit;
import java.util.Objects;
import java.util.OptionalInt;

/// How many WebSockets a server holds, in all and for each address and user. Immutable.
///
/// A stream of events counts as a WebSocket in all of these, until its connection is closed. What
/// is beyond a limit is refused at the upgrade, or when the stream is asked for, with 503, a
/// `Retry-After` of a few seconds that differs from client to client, and a JSON body that names
/// the limit. Connections that are neither are limited by [#perAddress()], when they are accepted.
public final class ConnectionLimits {
  /// How the oldest connection of a user ends where [#replacesOldest()]: 4504, "connected
  /// elsewhere". Codes from 4500 on mean that coming back at once is pointless.
  public static final CloseStatus CONNECTED_ELSEWHERE = CloseStatus.of(4504, "connected elsewhere");

  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final int DEFAULT_PER_ADDRESS = 1000;
  private static final ConnectionLimits DEFAULTS = builder().build();

  private final int total; // NO_LIMIT: what suits the machine
  private final int perAddress;
  private final boolean loopbackExempt;
  private final int perUser;
  private final boolean oldestReplaced;
  private final RateLimit admissionRate;

  private ConnectionLimits(Builder builder) {
    total = builder.total;
    perAddress = builder.perAddress;
    loopbackExempt = builder.loopbackExempt;
    perUser = builder.perUser;
    oldestReplaced = builder.oldestReplaced;
    admissionRate = builder.admissionRate;
  }

  /// The defaults named at each accessor.
  public static ConnectionLimits defaults() {
    return DEFAULTS;
  }

  /// Starts from the defaults.
  public static Builder builder() {
    return new Builder();
  }

  /// The most connections in all, empty for what suits the machine: 90 % of the files and sockets
  /// that the process may have open, 10,000 where that is not known.
  ///
  /// A TCP connection counts from the moment it is accepted, also before it becomes a WebSocket.
  /// Those beyond the limit may send requests and not become WebSockets.
  public OptionalInt total() {
    return total == NO_LIMIT ? OptionalInt.empty() : OptionalInt.of(total);
  }

  /// The most WebSockets of one address, and as many connections that are none; default 1,000.
  ///
  /// Of IPv6 it is the network that counts, the first 64 bits. A WebSocket that was closed is among
  /// the others until its socket is closed too. A connection that is no WebSocket and beyond the
  /// limit is answered with 503 and closed when it is accepted, with TLS only closed.
  public int perAddress() {
    return perAddress;
  }

  /// Whether clients on this machine are left out of [#perAddress()]; true until a limit is set. A
  /// trusted proxy on this machine does not make its clients exempt.
  public boolean exemptsLoopback() {
    return loopbackExempt;
  }

  /// The most WebSockets of one user, as named with [Context#user(String)]; default no limit.
  public OptionalInt perUser() {
    return perUser == NO_LIMIT ? OptionalInt.empty() : OptionalInt.of(perUser);
  }

  /// Whether a WebSocket beyond [#perUser()] is let in and the user's oldest is closed with
  /// [#CONNECTED_ELSEWHERE] instead; default no. The user's streams of events are then neither
  /// refused nor replaced.
  public boolean replacesOldest() {
    return oldestReplaced;
  }

  /// How many new WebSockets are let in, at once and then per second, so that a storm of clients
  /// that come back does not harm those who stayed; default [RateLimit#NONE].
  public RateLimit admissionRate() {
    return admissionRate;
  }

  /// Collects limits; owned by the thread that builds.
  public static final class Builder {
    private int total = NO_LIMIT;
    private int perAddress = DEFAULT_PER_ADDRESS;
    private boolean loopbackExempt = true;
    private int perUser = NO_LIMIT;
    private boolean oldestReplaced;
    private RateLimit admissionRate = RateLimit.NONE;

    private Builder() {}

    /// Sets [ConnectionLimits#total()], at least 1.
    public Builder total(int most) {
      total = atLeastOne(most, "connections in all");
      return this;
    }

    /// Sets [ConnectionLimits#perAddress()], at least 1, for loopback addresses too.
    public Builder perAddress(int most) {
      perAddress = atLeastOne(most, "connections of one address");
      loopbackExempt = false;
      return this;
    }

    /// Sets [ConnectionLimits#perUser()], at least 1: WebSockets beyond it are refused.
    public Builder perUser(int most) {
      perUser = atLeastOne(most, "connections of one user");
      oldestReplaced = false;
      return this;
    }

    /// Sets [ConnectionLimits#perUser()], at least 1: a WebSocket beyond it takes the place of the
    /// user's oldest.
    public Builder perUserReplacingOldest(int most) {
      perUser(most);
      oldestReplaced = true;
      return this;
    }

    /// Sets [ConnectionLimits#admissionRate()].
    public Builder admissionRate(RateLimit limit) {
      admissionRate = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /// The limits.
    public ConnectionLimits build() {
      return new ConnectionLimits(this);
    }

    private static int atLeastOne(int most, String what) {
      if (most < 1) {
        throw new IllegalArgumentException("a limit of " + most + " " + what + ", at least 1");
      }
      return most;
    }
  }
}
