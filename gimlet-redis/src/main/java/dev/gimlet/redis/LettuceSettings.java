package dev.gimlet.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.file.Path;
import java.time.Duration;

/// How Lettuce is to behave: every command has a deadline, nothing waits for a connection, nothing
/// is tried again behind our back.
final class LettuceSettings {

  private static final int IO_THREADS = 2;

  private LettuceSettings() {}

  static ClientResources resources() {
    return DefaultClientResources.builder()
        .ioThreadPoolSize(IO_THREADS)
        .computationThreadPoolSize(2)
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .build();
  }

  static <B extends ClientOptions.Builder> B apply(RedisOptions options, B builder) {
    Duration timeout = options.commandTimeout();
    builder
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(_ -> true) // those are not replayed
        .requestQueueSize(options.maxPending() + 100) // our own bound is met first
        .pingBeforeActivateConnection(true)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .timeoutOptions(TimeoutOptions.enabled(timeout))
        .socketOptions(sockets(timeout));
    Path trusted = options.trusted();
    if (trusted != null) {
      builder.sslOptions(SslOptions.builder().trustManager(trusted.toFile()).build());
    }
    return builder;
  }

  private static SocketOptions sockets(Duration timeout) {
    return SocketOptions.builder()
        .connectTimeout(timeout)
        .tcpNoDelay(true)
        .keepAlive(
            KeepAliveOptions.builder()
                .enable()
                .idle(Duration.ofSeconds(5))
                .interval(Duration.ofSeconds(5))
                .count(3)
                .build())
        .tcpUserTimeout(
            TcpUserTimeoutOptions.builder()
                .enable()
                .tcpUserTimeout(timeout.multipliedBy(2))
                .build())
        .build();
  }
}
