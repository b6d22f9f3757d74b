package dev.gimlet;

import dev.gimlet.entrance.AddressRange;
import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.HttpLimits;
import dev.gimlet.http.TlsFiles;
import dev.gimlet.spi.Broker;
import dev.gimlet.spi.JsonCodec;
import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a program may choose about its server. Immutable.
public final class ServerOptions {
  private static final ServerOptions DEFAULTS = builder().build();

  private final String host;
  private final int port;
  private final int eventLoops;
  private final @Nullable Mode mode; // null for that of the environment
  private final Duration drainTimeout;
  private final HttpLimits limits;
  private final WebSocketOptions webSocket;
  private final int maxContextTakeovers;
  private final JsonCodec json;
  private final @Nullable TlsFiles tls;
  private final @Nullable Broker broker; // null for one in memory
  private final @Nullable PresenceStore presenceStore; // null for one in memory
  private final ServerEvents events;
  private final List<String> trustedProxies;
  private final boolean proxyProtocol;
  private final ConnectionLimits connectionLimits;

  private ServerOptions(Builder builder) {
    host = builder.host;
    port = builder.port;
    eventLoops = builder.eventLoops;
    mode = builder.mode;
    drainTimeout = builder.drainTimeout;
    limits = builder.limits;
    webSocket = builder.webSocket;
    maxContextTakeovers = builder.maxContextTakeovers;
    json = builder.json;
    tls = builder.tls;
    broker = builder.broker;
    presenceStore = builder.presenceStore;
    events = builder.events;
    trustedProxies = builder.trustedProxies;
    proxyProtocol = builder.proxyProtocol;
    connectionLimits = builder.connectionLimits;
  }

  /// The defaults named at each accessor.
  public static ServerOptions defaults() {
    return DEFAULTS;
  }

  /// Starts from the defaults.
  public static Builder builder() {
    return new Builder();
  }

  /// The address or name to listen at; default `0.0.0.0`, all addresses of this machine.
  public String host() {
    return host;
  }

  /// The port to listen at, 0 for any free one; default 8080.
  public int port() {
    return port;
  }

  /// The number of event loops, one thread each; default one per processor.
  public int eventLoops() {
    return eventLoops;
  }

  /// Default what the environment variable `GIMLET_MODE` says, or dev.
  ///
  /// @throws IllegalArgumentException when the variable is neither `dev` nor `prod`
  public Mode mode() {
    return mode == null ? Mode.ofEnvironment() : mode;
  }

  /// How long [Gimlet#run()] lets requests under way and closing handshakes go on when the process
  /// is told to stop; default 7 s. Half of it is for spreading the closes of many WebSockets, as
  /// [RunningServer#close(Duration)] tells.
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /// Limits of requests; default [HttpLimits#DEFAULTS].
  public HttpLimits limits() {
    return limits;
  }

  /// Options of WebSockets whose route has none of its own; default [WebSocketOptions#defaults()].
  public WebSocketOptions webSocket() {
    return webSocket;
  }

  /// How many connections may agree on context takeover; default 1,000, which is some 300 MiB.
  /// Those beyond compress each message by itself. Matters only to routes with
  /// [withContextTakeover][dev.gimlet.websocket.Compression#withContextTakeover()].
  public int maxContextTakeovers() {
    return maxContextTakeovers;
  }

  /// How values become JSON and back; default Jackson.
  public JsonCodec json() {
    return json;
  }

  /// Certificate and key to speak https and wss with, instead of http and ws; default none.
  public Optional<TlsFiles> tls() {
    return Optional.ofNullable(tls);
  }

  /// What carries rooms between nodes; default empty, one in memory for each program.
  public Optional<Broker> broker() {
    return Optional.ofNullable(broker);
  }

  /// Who knows who is in a room; default empty, one in memory for each program.
  public Optional<PresenceStore> presenceStore() {
    return Optional.ofNullable(presenceStore);
  }

  /// Who is told what happens; default nobody. The log is told in any case.
  public ServerEvents events() {
    return events;
  }

  /// Proxies that are believed when they tell who their clients are; default none.
  ///
  /// What they say decides [dev.gimlet.http.Context#clientAddress()],
  /// [dev.gimlet.http.Context#isSecure()] and the address of WebSockets; what others say is
  /// ignored.
  public List<String> trustedProxies() {
    return trustedProxies;
  }

  /// Whether every connection begins with a header of the PROXY protocol, version 1 or 2, from a
  /// trusted proxy; default no. Then all other connections are refused.
  public boolean proxyProtocol() {
    return proxyProtocol;
  }

  /// How many connections there may be; default [ConnectionLimits#defaults()].
  public ConnectionLimits connectionLimits() {
    return connectionLimits;
  }

  /// Collects options; owned by the thread that builds.
  public static final class Builder {
    private static final int MAX_PORT = 65535;
    private static final Duration MAX_DRAIN_TIMEOUT = Duration.ofHours(1);

    private String host = "0.0.0.0";
    private int port = 8080;
    private int eventLoops = Runtime.getRuntime().availableProcessors();
    private @Nullable Mode mode;
    private Duration drainTimeout = Duration.ofSeconds(7);
    private HttpLimits limits = HttpLimits.DEFAULTS;
    private WebSocketOptions webSocket = WebSocketOptions.defaults();
    private int maxContextTakeovers = 1000;
    private JsonCodec json = new JacksonJson();
    private @Nullable TlsFiles tls;
    private @Nullable Broker broker;
    private @Nullable PresenceStore presenceStore;
    private ServerEvents events = ServerEvents.NONE;
    private List<String> trustedProxies = List.of();
    private boolean proxyProtocol;
    private ConnectionLimits connectionLimits = ConnectionLimits.defaults();

    private Builder() {}

    /// Sets [ServerOptions#host()].
    public Builder host(String host) {
      if (host.isBlank()) {
        throw new IllegalArgumentException("the host is empty: use 0.0.0.0 for all addresses");
      }
      this.host = host;
      return this;
    }

    /// Sets [ServerOptions#port()].
    public Builder port(int port) {
      this.port = checkedPort(port);
      return this;
    }

    static int checkedPort(int port) {
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException(
            "port " + port + ": use 1 to " + MAX_PORT + ", or 0 for any free one");
      }
      return port;
    }

    /// Sets [ServerOptions#eventLoops()], at least 1.
    public Builder eventLoops(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("eventLoops of " + count + ", at least 1");
      }
      eventLoops = count;
      return this;
    }

    /// Sets [ServerOptions#mode()].
    public Builder mode(Mode mode) {
      this.mode = Objects.requireNonNull(mode, "mode");
      return this;
    }

    /// Sets [ServerOptions#drainTimeout()], from 0 to 1 hour. Whatever stops the process, such as
    /// systemd or Kubernetes, must have 3 s more patience.
    public Builder drainTimeout(Duration timeout) {
      if (timeout.isNegative() || timeout.compareTo(MAX_DRAIN_TIMEOUT) > 0) {
        throw new IllegalArgumentException(
            "drainTimeout of " + timeout + ", from 0 to " + MAX_DRAIN_TIMEOUT);
      }
      drainTimeout = timeout;
      return this;
    }

    /// Sets [ServerOptions#limits()].
    public Builder limits(HttpLimits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /// Sets [ServerOptions#webSocket()].
    public Builder webSocket(WebSocketOptions options) {
      webSocket = Objects.requireNonNull(options, "options");
      return this;
    }

    /// Sets [ServerOptions#maxContextTakeovers()]; 0 agrees with none.
    public Builder maxContextTakeovers(int connections) {
      if (connections < 0) {
        throw new IllegalArgumentException(
            "maxContextTakeovers of " + connections + ", at least 0");
      }
      maxContextTakeovers = connections;
      return this;
    }

    /// Admits pages of these origins to all WebSockets; see
    /// [WebSocketOptions.Builder#allowOrigins(String...)].
    public Builder allowOrigins(String... origins) {
      return webSocket(webSocket.toBuilder().allowOrigins(origins).build());
    }

    /// Admits pages of every origin to all WebSockets; see
    /// [WebSocketOptions.Builder#allowAnyOrigin()].
    public Builder allowAnyOrigin() {
      return webSocket(webSocket.toBuilder().allowAnyOrigin().build());
    }

    /// Sets [ServerOptions#json()].
    public Builder json(JsonCodec codec) {
      json = Objects.requireNonNull(codec, "codec");
      return this;
    }

    /// Sets [ServerOptions#tls()]: the certificate with its chain and the private key, in PEM, the
    /// key PKCS #8 without a password. They are read at the start, and again when they change.
    public Builder tls(Path certificate, Path key) {
      tls = new TlsFiles(certificate, key);
      return this;
    }

    /// Sets [ServerOptions#broker()]. It serves one program, which starts it on first use and
    /// closes it when its server is closed.
    public Builder broker(Broker broker) {
      this.broker = Objects.requireNonNull(broker, "broker");
      return this;
    }

    /// Sets [ServerOptions#presenceStore()]. It serves one program, which closes it when its server
    /// is closed.
    public Builder presenceStore(PresenceStore store) {
      presenceStore = Objects.requireNonNull(store, "store");
      return this;
    }

    /// Sets [ServerOptions#events()].
    public Builder events(ServerEvents events) {
      this.events = Objects.requireNonNull(events, "events");
      return this;
    }

    /// Sets [ServerOptions#trustedProxies()]: IP addresses, or ranges such as `10.0.0.0/8`.
    ///
    /// @throws IllegalArgumentException when one is neither; the message says what to write
    public Builder trustedProxies(String... ranges) {
      for (String range : ranges) {
        AddressRange.parse(range);
      }
      trustedProxies = List.of(ranges);
      return this;
    }

    /// Demands the PROXY protocol; see [ServerOptions#proxyProtocol()]. Needs
    /// [#trustedProxies(String...)].
    public Builder proxyProtocol() {
      proxyProtocol = true;
      return this;
    }

    /// Sets [ServerOptions#connectionLimits()].
    public Builder connectionLimits(ConnectionLimits limits) {
      connectionLimits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /// The options.
    ///
    /// @throws IllegalArgumentException when the PROXY protocol is demanded and nobody may speak it
    public ServerOptions build() {
      if (proxyProtocol && trustedProxies.isEmpty()) {
        throw new IllegalArgumentException(
            "the PROXY protocol needs trusted proxies: say which addresses may speak it");
      }
      return new ServerOptions(this);
    }
  }
}
