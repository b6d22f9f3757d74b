package dev.gimlet.redis;

import dev.gimlet.spi.Broker;
import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.BrokerListener;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Retention;
import dev.gimlet.websocket.Message;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Carries rooms between nodes through Redis, 6.2 or newer.
///
/// Every node that is given the same Redis and key prefix shares its rooms. Redis may be away at
/// any time, at the start too: then publishing fails at once and nothing is kept to be published
/// later; when it is back, every room is subscribed again and what was missed is delivered.
///
/// Thread-safe: its parts are. Futures complete on threads that carry everything: do not block in
/// what depends on them.
public final class RedisBroker implements Broker {

  /// The largest message, in bytes: Redis cuts subscribers for whom more than 8 MB wait.
  public static final int MAX_MESSAGE_BYTES = 4 << 20;

  private final RedisOptions options;
  private final RedisNodeParts parts;

  private RedisBroker(RedisOptions options) {
    this.options = options;
    this.parts = new RedisNodeParts(options);
  }

  /// A broker with defaults, to be given to a server; it connects when that starts.
  ///
  /// The address is like `redis://host:6379/0`, `rediss://user:password@host:6380` (TLS and an ACL
  /// user), `redis-sentinel://host1,host2/0#name` or `redis-cluster://host1,host2`.
  ///
  /// @throws IllegalArgumentException when the address is not understood
  public static RedisBroker connect(String uri) {
    return builder(uri).build();
  }

  /// Begins with the address, as for [#connect(String)].
  public static Builder builder(String uri) {
    return new Builder(uri);
  }

  /// Begins to connect, and waits for that up to 2 seconds, less when Redis is known to be away; it
  /// goes on connecting afterwards.
  @Override
  public void start(BrokerListener listener) {
    parts.start(listener);
  }

  @Override
  public CompletableFuture<Published> publish(
      String room, Message message, PublishOptions options, Retention retention) {
    if (message.size() > MAX_MESSAGE_BYTES) {
      return CompletableFuture.failedFuture(
          new BrokerException(
              "a message of "
                  + message.size()
                  + " bytes: at most "
                  + MAX_MESSAGE_BYTES
                  + " go through Redis"));
    }
    return parts
        .store()
        .publish(room, Envelope.body(message, options), options, retention)
        .whenComplete((_, failure) -> parts.figures().countPublish(failure == null));
  }

  @Override
  public CompletableFuture<Void> subscribe(String room, Retention retention) {
    return parts.lane(room).subscribe(room, retention);
  }

  @Override
  public CompletableFuture<Void> unsubscribe(String room) {
    return parts.lane(room).unsubscribe(room);
  }

  @Override
  public CompletableFuture<History> history(String room, int limit, Retention retention) {
    return retention.keeps()
        ? parts.store().newest(room, limit, retention)
        : CompletableFuture.completedFuture(new History(List.of(), Position.NONE));
  }

  @Override
  public CompletableFuture<Recovery> recover(String room, Position since, Retention retention) {
    return retention.keeps()
        ? parts.store().recover(room, since, retention)
        : CompletableFuture.completedFuture(
            new NotRecovered(Position.NONE, "the room keeps no history"));
  }

  @Override
  public CompletableFuture<Void> announce(String room, PresenceNotice notice) {
    byte[] envelope = Envelope.withoutPosition(Envelope.body(notice), Instant.now());
    return parts
        .commands()
        .publish(parts.store().keys(room).channel(), envelope)
        .thenAccept(_ -> {});
  }

  @Override
  public CompletableFuture<Void> drained() {
    return parts.drained();
  }

  @Override
  public boolean isReady() {
    return parts.isReady();
  }

  /// Where Redis is, without its passwords.
  public String place() {
    return options.place();
  }

  /// What was counted since the start.
  public RedisFigures figures() {
    return parts.figures().now(parts.commands().pending());
  }

  /// The nodes that were seen within the last 10 minutes, this one included once it is connected.
  public CompletableFuture<List<RedisNode>> nodes() {
    return parts.nodes().all();
  }

  /// Who is in the rooms, on the same connection; the same store at each call.
  public RedisPresenceStore presence() {
    return parts.presence();
  }

  @Override
  public Optional<PresenceStore> presenceStore() {
    return Optional.of(presence());
  }

  @Override
  public void close() {
    parts.close();
  }

  /// How to reach Redis, and the bounds of it. Not thread-safe.
  public static final class Builder {

    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(4);

    private final String uri;
    private String keyPrefix = "gimlet";
    private String node = RoomPosition.newEpoch();
    private Duration commandTimeout = LONGEST_TIMEOUT;
    private int maxPending = 10_000;
    private Duration probeInterval = Duration.ofSeconds(5);
    private Duration positionInterval = Duration.ofSeconds(10);
    private Duration presenceTtl = Duration.ofSeconds(60);
    private @Nullable Path trusted; // null: what Java trusts
    private int lanes = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);

    private Builder(String uri) {
      this.uri = uri;
    }

    /// Whom to trust with TLS: a PEM file of one or more certificates, in place of those that Java
    /// trusts. It is read now, and at each attempt to connect.
    ///
    /// @throws IllegalArgumentException when it cannot be read, or has no certificate
    public Builder trust(Path certificates) {
      TrustedCertificates.check(certificates);
      trusted = certificates;
      return this;
    }

    /// What the names of all keys begin with; default `gimlet`. It may have no braces.
    public Builder keyPrefix(String prefix) {
      if (prefix.isEmpty() || prefix.contains("{") || prefix.contains("}")) {
        throw new IllegalArgumentException(
            "key prefix \"" + prefix + "\": give one without braces");
      }
      keyPrefix = prefix;
      return this;
    }

    /// The name of this node, unlike that of any other; default random.
    public Builder node(String name) {
      if (name.isEmpty() || name.length() > 128) {
        throw new IllegalArgumentException("a node's name has 1 to 128 characters");
      }
      node = name;
      return this;
    }

    /// How long Redis may take to answer; default and most 4 seconds.
    public Builder commandTimeout(Duration timeout) {
      commandTimeout = checked(timeout, LONGEST_TIMEOUT, "command timeout");
      return this;
    }

    /// How many commands may wait for Redis, beyond which they fail at once; default 10,000.
    public Builder maxPending(int commands) {
      if (commands < 1) {
        throw new IllegalArgumentException("at least one command must be able to wait");
      }
      maxPending = commands;
      return this;
    }

    /// How often each connection is checked for life; default 5 seconds, most 10.
    ///
    /// A dead one is found within three times that.
    public Builder probeInterval(Duration interval) {
      probeInterval = checked(interval, Duration.ofSeconds(10), "probe interval");
      return this;
    }

    /// How often each room with history and members here is checked; default 10 seconds, most 60.
    public Builder positionInterval(Duration interval) {
      positionInterval = checked(interval, Duration.ofSeconds(60), "position interval");
      return this;
    }

    /// How long the members of a dead node are shown; default and most 60 seconds.
    public Builder presenceTtl(Duration ttl) {
      presenceTtl = checked(ttl, Duration.ofSeconds(60), "presence TTL");
      return this;
    }

    /// How many connections rooms are spread over, each with a thread; default one for two cores,
    /// at most 4.
    public Builder lanes(int lanes) {
      if (lanes < 1 || lanes > 64) {
        throw new IllegalArgumentException(lanes + " lanes: use 1 to 64");
      }
      this.lanes = lanes;
      return this;
    }

    private static Duration checked(Duration value, Duration most, String name) {
      if (value.toMillis() < 1 || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(name + " of " + value + ": up to " + most);
      }
      return value;
    }

    /// The broker, which connects when its server starts.
    ///
    /// @throws IllegalArgumentException when the address is not understood, or when there are
    ///   certificates to trust and it goes without TLS
    public RedisBroker build() {
      List<RedisURI> servers = RedisOptions.servers(uri);
      if (trusted != null && !servers.stream().allMatch(RedisURI::isSsl)) {
        throw new IllegalArgumentException(
            "the file of certificates " + trusted + " is of no use without rediss://");
      }
      return new RedisBroker(
          new RedisOptions(
              servers,
              RedisOptions.isCluster(uri),
              trusted,
              keyPrefix,
              node,
              commandTimeout,
              maxPending,
              probeInterval,
              positionInterval,
              presenceTtl,
              lanes));
    }
  }
}
