package dev.gimlet.websocket;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Limits and rules of the WebSockets of one endpoint. Immutable.
///
/// Times are at most [TimeLimit#LONGEST], 365 days.
public final class WebSocketOptions {

  private static final WebSocketOptions DEFAULTS = builder().build();

  private final int maxMessageBytes;
  private final int outboxBytes;
  private final SlowConsumerPolicy slowConsumerPolicy;
  private final Duration heartbeatInterval;
  private final Duration heartbeatTimeout;
  private final Duration closeTimeout;
  private final Duration messageTimeout;
  private final Duration stallTimeout;
  private final Duration sendTimeout;
  private final RateLimit controlFrameRate;
  private final RateLimit messageRate;
  private final List<String> subprotocols;
  private final List<AllowedOrigin> allowedOrigins;
  private final boolean anyOriginAllowed;
  private final @Nullable Compression compression;

  private WebSocketOptions(Builder builder) {
    maxMessageBytes = builder.maxMessageBytes;
    outboxBytes = builder.outboxBytes;
    slowConsumerPolicy = builder.slowConsumerPolicy;
    heartbeatInterval = builder.heartbeatInterval;
    heartbeatTimeout = builder.heartbeatTimeout;
    closeTimeout = builder.closeTimeout;
    messageTimeout = builder.messageTimeout;
    stallTimeout = builder.stallTimeout;
    sendTimeout = builder.sendTimeout;
    controlFrameRate = builder.controlFrameRate;
    messageRate = builder.messageRate;
    subprotocols = builder.subprotocols;
    allowedOrigins = builder.allowedOrigins;
    anyOriginAllowed = builder.anyOriginAllowed;
    compression = builder.compression;
  }

  /// The defaults named at each accessor.
  public static WebSocketOptions defaults() {
    return DEFAULTS;
  }

  /// Starts from the defaults.
  public static Builder builder() {
    return new Builder();
  }

  /// Starts from these options.
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxMessageBytes = maxMessageBytes;
    builder.outboxBytes = outboxBytes;
    builder.slowConsumerPolicy = slowConsumerPolicy;
    builder.heartbeatInterval = heartbeatInterval;
    builder.heartbeatTimeout = heartbeatTimeout;
    builder.closeTimeout = closeTimeout;
    builder.messageTimeout = messageTimeout;
    builder.stallTimeout = stallTimeout;
    builder.sendTimeout = sendTimeout;
    builder.controlFrameRate = controlFrameRate;
    builder.messageRate = messageRate;
    builder.subprotocols = subprotocols;
    builder.allowedOrigins = allowedOrigins;
    builder.anyOriginAllowed = anyOriginAllowed;
    builder.compression = compression;
    return builder;
  }

  /// The largest message that is received, in bytes of payload; default 1 MiB. Beyond it: 1009.
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /// The most bytes that may wait to be sent; default 1 MiB. Beyond it: [#slowConsumerPolicy()].
  public int outboxBytes() {
    return outboxBytes;
  }

  /// What happens to what does not fit; default [SlowConsumerPolicy#CLOSE].
  public SlowConsumerPolicy slowConsumerPolicy() {
    return slowConsumerPolicy;
  }

  /// Silence of the peer after which a ping is sent; default 25 s. Zero switches heartbeats off.
  public Duration heartbeatInterval() {
    return heartbeatInterval;
  }

  /// Time for the peer to answer a ping with anything at all; default 8 s. Then it is dead: 1006.
  ///
  /// Time in which this side pauses reading does not count: see [#sendTimeout()].
  public Duration heartbeatTimeout() {
    return heartbeatTimeout;
  }

  /// Time for the peer to answer a close; default 2 s. Then the connection is cut.
  ///
  /// A peer that still takes what was sent before gets that time again and again.
  public Duration closeTimeout() {
    return closeTimeout;
  }

  /// Time for a message, from its first byte to its last; default 30 s. Beyond it: 1008.
  ///
  /// Time in which this side pauses reading does not count. Zero: any time. At 30 s, a peer that
  /// sends 1 MiB needs 280 kbit/s: allow more where larger messages come over slow links.
  public Duration messageTimeout() {
    return messageTimeout;
  }

  /// Longest pause inside a message that has begun; default 10 s. Beyond it: 1008.
  ///
  /// Time in which this side pauses reading does not count. Zero: any pause.
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /// Time in which the peer takes none of the bytes that wait for it; default 30 s. Then: 1008.
  ///
  /// A peer that takes them slowly is left alone up to [#outboxBytes()]. Zero: any time; then a
  /// peer that vanishes while so much waits for it that reading pauses is found by the operating
  /// system only.
  public Duration sendTimeout() {
    return sendTimeout;
  }

  /// Pings and pongs of a peer, together; default 50 at once, then 10 per second. Beyond it: 1008.
  ///
  /// Each ping that this side sends allows one more. While the socket is full, only the newest ping
  /// is answered (RFC 6455 §5.5.3).
  public RateLimit controlFrameRate() {
    return controlFrameRate;
  }

  /// Messages of a peer; default [RateLimit#NONE]. Beyond it: 1008.
  ///
  /// Each started 64 KiB of a message, after decompression, counts as one message.
  public RateLimit messageRate() {
    return messageRate;
  }

  /// Subprotocols this endpoint speaks, best first; default none.
  public List<String> subprotocols() {
    return subprotocols;
  }

  /// Origins admitted besides the same origin; default none.
  public List<AllowedOrigin> allowedOrigins() {
    return allowedOrigins;
  }

  /// Whether every origin is admitted; default no.
  public boolean anyOriginAllowed() {
    return anyOriginAllowed;
  }

  /// How messages are compressed for peers that offer it; default [Compression#DEFAULTS].
  public Optional<Compression> compression() {
    return Optional.ofNullable(compression);
  }

  /// Collects options; owned by the thread that builds.
  public static final class Builder {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private int maxMessageBytes = 1 << 20;
    private int outboxBytes = 1 << 20;
    private SlowConsumerPolicy slowConsumerPolicy = SlowConsumerPolicy.CLOSE;
    private Duration heartbeatInterval = Duration.ofSeconds(25);
    private Duration heartbeatTimeout = Duration.ofSeconds(8);
    private Duration closeTimeout = Duration.ofSeconds(2);
    private Duration messageTimeout = Duration.ofSeconds(30);
    private Duration stallTimeout = Duration.ofSeconds(10);
    private Duration sendTimeout = Duration.ofSeconds(30);
    private RateLimit controlFrameRate = new RateLimit(50, 10);
    private RateLimit messageRate = RateLimit.NONE;
    private List<String> subprotocols = List.of();
    private List<AllowedOrigin> allowedOrigins = List.of();
    private boolean anyOriginAllowed;
    private @Nullable Compression compression = Compression.DEFAULTS;

    private Builder() {}

    /// Sets [WebSocketOptions#maxMessageBytes()], at least 125.
    public Builder maxMessageBytes(int bytes) {
      maxMessageBytes = atLeast(125, bytes, "maxMessageBytes");
      return this;
    }

    /// Sets [WebSocketOptions#outboxBytes()], at least 1024.
    public Builder outboxBytes(int bytes) {
      outboxBytes = atLeast(1024, bytes, "outboxBytes");
      return this;
    }

    /// Sets [WebSocketOptions#slowConsumerPolicy()].
    public Builder slowConsumerPolicy(SlowConsumerPolicy policy) {
      slowConsumerPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /// Sets [WebSocketOptions#heartbeatInterval()] and [WebSocketOptions#heartbeatTimeout()].
    public Builder heartbeat(Duration interval, Duration timeout) {
      heartbeatInterval = TimeLimit.notNegative(interval, "heartbeat interval");
      heartbeatTimeout = TimeLimit.positive(timeout, "heartbeat timeout");
      return this;
    }

    /// Sets [WebSocketOptions#closeTimeout()].
    public Builder closeTimeout(Duration timeout) {
      closeTimeout = TimeLimit.positive(timeout, "close timeout");
      return this;
    }

    /// Sets [WebSocketOptions#messageTimeout()].
    public Builder messageTimeout(Duration timeout) {
      messageTimeout = TimeLimit.notNegative(timeout, "message timeout");
      return this;
    }

    /// Sets [WebSocketOptions#stallTimeout()].
    public Builder stallTimeout(Duration timeout) {
      stallTimeout = TimeLimit.notNegative(timeout, "stall timeout");
      return this;
    }

    /// Sets [WebSocketOptions#sendTimeout()].
    public Builder sendTimeout(Duration timeout) {
      sendTimeout = TimeLimit.notNegative(timeout, "send timeout");
      return this;
    }

    /// Sets [WebSocketOptions#controlFrameRate()].
    public Builder controlFrameRate(RateLimit limit) {
      controlFrameRate = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /// Sets [WebSocketOptions#messageRate()].
    public Builder messageRate(RateLimit limit) {
      messageRate = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /// Sets [WebSocketOptions#subprotocols()].
    public Builder subprotocols(String... names) {
      for (String name : names) {
        if (!TOKEN.matcher(name).matches()) {
          throw new IllegalArgumentException(
              "subprotocol \"" + name + "\" is not a token (RFC 6455 §4.1, RFC 9110 §5.6.2)");
        }
      }
      subprotocols = List.of(names);
      return this;
    }

    /// Admits pages of these origins besides the same origin.
    ///
    /// An origin is written as browsers send it, `https://chat.example` or `http://localhost:3000`;
    /// `https://*.example.com` admits every subdomain of `example.com` but not `example.com`
    /// itself.
    public Builder allowOrigins(String... origins) {
      allowedOrigins =
          java.util.Arrays.stream(Objects.requireNonNull(origins, "origins"))
              .map(AllowedOrigin::parse)
              .toList();
      return this;
    }

    /// Admits pages of every origin: any web site may then act in its visitors' name.
    ///
    /// Meant for public services without cookies; the server warns in its log at the start.
    public Builder allowAnyOrigin() {
      anyOriginAllowed = true;
      return this;
    }

    /// Sets [WebSocketOptions#compression()].
    public Builder compression(Compression how) {
      compression = Objects.requireNonNull(how, "compression");
      return this;
    }

    /// Neither sends nor accepts compressed messages.
    public Builder noCompression() {
      compression = null;
      return this;
    }

    /// The options.
    public WebSocketOptions build() {
      return new WebSocketOptions(this);
    }

    private static int atLeast(int least, int value, String name) {
      if (value < least) {
        throw new IllegalArgumentException(name + " of " + value + ", at least " + least);
      }
      return value;
    }
  }
}
