package dev.gimlet.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.SlowConsumerPolicy;
import dev.gimlet.websocket.TimeLimit;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.ClientHandshake;
import dev.gimlet.websocket.codec.HeaderField;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a client connects, and how it comes back. Immutable.
public final class ClientOptions {

  private static final ClientOptions DEFAULTS = builder().build();

  private final List<HeaderField> fields;
  private final WebSocketOptions webSocket;
  private final @Nullable Path trust;
  private final @Nullable HttpProxy proxy;
  private final Duration connectTimeout;
  private final Duration handshakeTimeout;
  private final BackOff backOff;
  private final int reconnectAttempts;
  private final Duration stableAfter;
  private final OfflinePolicy offlinePolicy;
  private final int offlineBytes;
  private final Duration confirmInterval;
  private final @Nullable BeforeAttempt beforeAttempt;
  private final int eventLoops;

  private ClientOptions(Builder builder) {
    fields = List.copyOf(builder.fields);
    webSocket = builder.webSocket;
    trust = builder.trust;
    proxy = builder.proxy;
    connectTimeout = builder.connectTimeout;
    handshakeTimeout = builder.handshakeTimeout;
    backOff = builder.backOff;
    reconnectAttempts = builder.reconnectAttempts;
    stableAfter = builder.stableAfter;
    offlinePolicy = builder.offlinePolicy;
    offlineBytes = builder.offlineBytes;
    confirmInterval = builder.confirmInterval;
    beforeAttempt = builder.beforeAttempt;
    eventLoops = builder.eventLoops;
  }

  /// An HTTP proxy, and fields for it alone. Immutable.
  record HttpProxy(String host, int port, List<HeaderField> fields) {

    HttpProxy {
      Objects.requireNonNull(host, "host");
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("proxy port of " + port + ", from 1 to 65535");
      }
    }
  }

  /// The defaults named at each accessor.
  public static ClientOptions defaults() {
    return DEFAULTS;
  }

  /// Starts from the defaults.
  public static Builder builder() {
    return new Builder();
  }

  List<HeaderField> fields() {
    return fields;
  }

  /// Limits, heartbeats, compression and subprotocols; default [WebSocketOptions#defaults()].
  ///
  /// The client asks for compression and for the subprotocols; origins mean nothing here. A slow
  /// server drops nothing: messages wait, as [#offlinePolicy()] says.
  public WebSocketOptions webSocket() {
    return webSocket;
  }

  /// The PEM file of the certificates that are trusted; default those that the JDK trusts.
  public Optional<Path> trust() {
    return Optional.ofNullable(trust);
  }

  Optional<HttpProxy> proxy() {
    return Optional.ofNullable(proxy);
  }

  /// Time for a TCP connection to one address of the host; default 10 s.
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /// Time from the TCP connection to the server's 101, with proxy and TLS; default 10 s.
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /// The waits between attempts; default [BackOff#DEFAULTS].
  public BackOff backOff() {
    return backOff;
  }

  /// How often in a row the client tries again; default without end, 0: never.
  ///
  /// An attempt is for one address. When there are several, each is tried before the link ends.
  public int reconnectAttempts() {
    return reconnectAttempts;
  }

  /// How long a connection must hold before its loss counts as the first; default 10 s, at most 365
  /// days.
  ///
  /// A server that accepts and closes at once is so met less and less often.
  public Duration stableAfter() {
    return stableAfter;
  }

  /// What becomes of messages that cannot leave now; default [OfflinePolicy#KEEP].
  public OfflinePolicy offlinePolicy() {
    return offlinePolicy;
  }

  /// Bytes of payload that may wait in the queue, each message counted as 64 more; default 1 MiB.
  ///
  /// A single message may be larger. As many bytes that were sent are remembered until the server
  /// is known to have them, and as many that were dropped until they are told.
  public int offlineBytes() {
    return offlineBytes;
  }

  /// How often a ping asks whether the server has what was sent; default at most once a second, the
  /// longest interval is 365 days.
  ///
  /// Only while something was sent. Zero: never, and what was on its way when a connection broke is
  /// not told to [ClientListener#onUnsent].
  public Duration confirmInterval() {
    return confirmInterval;
  }

  Optional<BeforeAttempt> beforeAttempt() {
    return Optional.ofNullable(beforeAttempt);
  }

  /// Event loops, each a thread, that all links share; default one for each core.
  public int eventLoops() {
    return eventLoops;
  }

  /// Collects options; owned by the thread that builds.
  public static final class Builder {

    private final List<HeaderField> fields = new ArrayList<>();
    private WebSocketOptions webSocket = WebSocketOptions.defaults();
    private @Nullable Path trust;
    private @Nullable HttpProxy proxy;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private BackOff backOff = BackOff.DEFAULTS;
    private int reconnectAttempts = Integer.MAX_VALUE;
    private Duration stableAfter = Duration.ofSeconds(10);
    private OfflinePolicy offlinePolicy = OfflinePolicy.KEEP;
    private int offlineBytes = 1 << 20;
    private Duration confirmInterval = Duration.ofSeconds(1);
    private @Nullable BeforeAttempt beforeAttempt;
    private int eventLoops = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    /// Adds a header field to every request.
    ///
    /// @throws IllegalArgumentException when it cannot be sent, or the handshake writes it itself
    public Builder headerField(String name, String value) {
      fields.add(ClientHandshake.checked(new HeaderField(name, value)));
      return this;
    }

    /// Sets [ClientOptions#webSocket()].
    ///
    /// @throws IllegalArgumentException when it has another slowConsumerPolicy than CLOSE
    public Builder webSocket(WebSocketOptions options) {
      if (options.slowConsumerPolicy() != SlowConsumerPolicy.CLOSE) {
        throw new IllegalArgumentException(
            "slowConsumerPolicy "
                + options.slowConsumerPolicy()
                + " is for servers: say with offline(...) what becomes of messages");
      }
      webSocket = options;
      return this;
    }

    /// Sets [ClientOptions#trust()]: these certificates and nothing else.
    public Builder trust(Path certificates) {
      trust = Objects.requireNonNull(certificates, "certificates");
      return this;
    }

    /// Connects through an HTTP proxy, with CONNECT (RFC 9110 §9.3.6).
    ///
    /// @throws IllegalArgumentException when the port is not from 1 to 65535
    public Builder proxy(String host, int port) {
      proxy = new HttpProxy(host, port, List.of());
      return this;
    }

    /// Connects through an HTTP proxy that wants a name and a password (RFC 7617).
    ///
    /// @throws IllegalArgumentException when the port is not from 1 to 65535
    public Builder proxy(String host, int port, String user, String password) {
      String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
      HeaderField credentials = new HeaderField("Proxy-Authorization", "Basic " + pair);
      proxy = new HttpProxy(host, port, List.of(credentials));
      return this;
    }

    /// Sets [ClientOptions#connectTimeout()].
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = positive(timeout, "connect timeout");
      return this;
    }

    /// Sets [ClientOptions#handshakeTimeout()].
    public Builder handshakeTimeout(Duration timeout) {
      handshakeTimeout = positive(timeout, "handshake timeout");
      return this;
    }

    /// Sets [ClientOptions#backOff()].
    public Builder backOff(Duration first, Duration max) {
      backOff = new BackOff(first, max);
      return this;
    }

    /// Sets [ClientOptions#reconnectAttempts()].
    public Builder reconnectAttempts(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("reconnectAttempts of " + most + ", at least 0");
      }
      reconnectAttempts = most;
      return this;
    }

    /// Ends the link when its first connection ends, or cannot be opened at any of its addresses.
    public Builder noReconnect() {
      return reconnectAttempts(0);
    }

    /// Sets [ClientOptions#stableAfter()].
    public Builder stableAfter(Duration time) {
      stableAfter = TimeLimit.notNegative(time, "stableAfter");
      return this;
    }

    /// Sets [ClientOptions#offlinePolicy()] and [ClientOptions#offlineBytes()].
    public Builder offline(OfflinePolicy policy, int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("offline queue of " + bytes + " bytes, at least 0");
      }
      offlinePolicy = Objects.requireNonNull(policy, "policy");
      offlineBytes = bytes;
      return this;
    }

    /// Sets [ClientOptions#confirmInterval()].
    public Builder confirmInterval(Duration interval) {
      confirmInterval = TimeLimit.notNegative(interval, "confirmInterval");
      return this;
    }

    /// Calls this before each attempt, the first one included.
    public Builder beforeAttempt(BeforeAttempt hook) {
      beforeAttempt = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /// Sets [ClientOptions#eventLoops()].
    public Builder eventLoops(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("eventLoops of " + count + ", at least 1");
      }
      eventLoops = count;
      return this;
    }

    /// The options.
    public ClientOptions build() {
      return new ClientOptions(this);
    }

    private static Duration positive(Duration value, String name) {
      if (value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(name + " of " + value + ", more than 0, at most a day");
      }
      return TimeLimit.notNegative(value, name);
    }
  }
}
