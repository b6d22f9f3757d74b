package dev.gimlet.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How to reach Redis, and the bounds of it; see [RedisBroker.Builder] for each. Immutable.
record RedisOptions(
    List<RedisURI> servers,
    boolean isCluster,
    @Nullable Path trusted, // null: what Java trusts
    String keyPrefix,
    String node,
    Duration commandTimeout,
    int maxPending,
    Duration probeInterval,
    Duration positionInterval,
    Duration presenceTtl,
    int lanes) {

  private static final String CLUSTER = "redis-cluster://";
  private static final String SECURE_CLUSTER = "rediss-cluster://";

  /// Several servers; a comma in a password or behind them does not count.
  private static final Pattern SEVERAL = Pattern.compile("[^/]*//(?:[^/?#]*@)?+[^/?#@]*,.*");

  RedisOptions {
    servers = List.copyOf(servers);
  }

  /// Whether the URI names a cluster: by its scheme, or because it names several servers.
  static boolean isCluster(String uri) {
    String scheme = uri.substring(0, Math.max(0, uri.indexOf(':'))).toLowerCase(Locale.ROOT);
    return scheme.endsWith("-cluster")
        || (!scheme.contains("sentinel") && SEVERAL.matcher(uri).matches());
  }

  /// The servers that a URI names.
  ///
  /// @throws IllegalArgumentException when it is not understood; the message does not repeat it,
  ///   for there may be a password in it
  static List<RedisURI> servers(String uri) {
    try {
      return isCluster(uri)
          ? RedisClusterURIUtil.toRedisURIs(URI.create(plain(uri)))
          : List.of(RedisURI.create(uri));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the address of Redis is not understood: write it like redis://host:6379,"
              + " rediss://user:password@host:6380, redis-sentinel://host1,host2/0#name"
              + " or redis-cluster://host1,host2");
    }
  }

  private static String plain(String uri) {
    if (uri.startsWith(CLUSTER)) {
      return "redis://" + uri.substring(CLUSTER.length());
    }
    return uri.startsWith(SECURE_CLUSTER)
        ? "rediss://" + uri.substring(SECURE_CLUSTER.length())
        : uri;
  }

  /// Where it is, without passwords.
  String place() {
    return String.join(
        ", ",
        servers.stream()
            .flatMap(uri ->
                uri.getSentinels().isEmpty()
                    ? java.util.stream.Stream.of(uri)
                    : uri.getSentinels().stream())
            .map(uri ->
                uri.getSocket() == null ? uri.getHost() + ":" + uri.getPort() : uri.getSocket())
            .toList());
  }
}
