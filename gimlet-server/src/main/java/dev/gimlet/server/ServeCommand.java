package dev.gimlet.server;

import dev.gimlet.Gimlet;
import dev.gimlet.ServerOptions;
import dev.gimlet.redis.RedisBroker;
import dev.gimlet.server.metrics.ServerMetrics;
import dev.gimlet.server.rooms.ApiKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `gimlet serve`: runs the server until it is told to stop.
@Command(
    name = "serve",
    description = {
      "Starts the server: a chat page at /, an echo at /ws, and for other",
      "WebSocket clients /types and /chat?room=NAME; for clients without",
      "WebSockets /rooms/NAME/events and POST /rooms/NAME."
    },
    mixinStandardHelpOptions = true,
    versionProvider = GimletCommand.Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.STOPPED + ":stopped cleanly, by SIGTERM or Ctrl-C, within 3 s more than --drain",
      ExitCode.COULD_NOT_START + ":could not start, for example because the port is in use",
      ExitCode.BAD_COMMAND_LINE + ":the command line is wrong",
      "3:no JDK 25 was found (said by the launcher)"
    })
final class ServeCommand implements Callable<Integer> {

  private static final String API_KEY_VARIABLE = "GIMLET_API_KEY";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "0.0.0.0",
      converter = HostConverter.class,
      description = "Address or name to listen at; default ${DEFAULT-VALUE}, all addresses.")
  private String host = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      converter = PortConverter.class,
      description = "Port to listen at, 0 for any free one; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      defaultValue = "7s",
      converter = TimeConverter.class,
      description = {
        "Time to go down when told to stop, at most 60m; default ${DEFAULT-VALUE}.",
        "The closes of many WebSockets are spread over half of it. What stops",
        "the process must have 3 s more patience."
      })
  private Duration drain = Duration.ofSeconds(7);

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      converter = OriginConverter.class,
      description = {
        "Admits WebSockets of pages from this origin; may be repeated.",
        "Write it like https://chat.example or https://*.example.com.",
        "'*' admits the pages of any web site.",
        "Pages of this server itself are always admitted."
      })
  private List<String> allowedOrigins = List.of();

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      converter = AllowedHostConverter.class,
      description = {
        "Serves requests for this host alone, a name or an address without",
        "a port; may be repeated. Without it, requests for every host.",
        "It keeps pages out whose own name leads to this server."
      })
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = {
        "PEM file of the certificate and those that lead to its root;",
        "with it the server speaks https and wss, and not http and ws."
      })
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = {
        "PEM file of the certificate's key: PKCS #8 without a password.",
        "When the two files change, new connections use the new ones."
      })
  private @Nullable Path key;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      converter = ApiKeyConverter.class,
      description = {
        "Wants this key in X-API-Key for /rooms; may be repeated.",
        "The environment variable " + API_KEY_VARIABLE + " does the same."
      })
  private List<String> apiKeys = List.of();

  @Option(
      names = "--no-metrics",
      description = {
        "Serves no numbers at /metrics. With them, let a proxy in front",
        "keep that path from the public."
      })
  private boolean withoutMetrics;

  @Mixin private EntranceOptions entrance = new EntranceOptions();

  @Option(
      names = "--redis",
      paramLabel = "URI",
      description = {
        "Shares rooms with other nodes through Redis, 6.2 or newer, at an",
        "address like redis://host:6379 or rediss://user:password@host:6380."
      })
  private @Nullable String redis;

  @Option(
      names = "--redis-ca",
      paramLabel = "FILE",
      description = {
        "With rediss://, PEM file of the certificates that Redis may be",
        "signed by; without it, those that Java trusts."
      })
  private @Nullable Path redisAuthority;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    try (ServerMetrics metrics = new ServerMetrics()) {
      Gimlet app = Gimlet.create(options(metrics));
      ServerRoutes.register(app, new HostCheck(allowedHosts), apiKeys());
      metrics.watch(app::roomCounts);
      if (!withoutMetrics) {
        ServerRoutes.registerMetrics(app, metrics);
      }
      app.run(port);
    }
    return ExitCode.STOPPED;
  }

  private ServerOptions options(ServerMetrics metrics) {
    ServerOptions.Builder options = ServerOptions.builder().host(host).events(metrics);
    try {
      options.drainTimeout(drain);
    } catch (IllegalArgumentException tooLong) {
      throw new ParameterException(spec.commandLine(), "--drain: at most 60m");
    }
    entrance.applyTo(options);
    if (certificate != null && key != null) {
      options.tls(certificate, key);
    } else if (certificate != null || key != null) {
      throw new ParameterException(
          spec.commandLine(), "TLS takes two files: give --tls-cert and --tls-key");
    }
    if (redis != null) {
      options.broker(broker(redis, redisAuthority));
    } else if (redisAuthority != null) {
      throw new ParameterException(spec.commandLine(), "--redis-ca is of no use without --redis");
    }
    return allowedOrigins.contains(OriginConverter.ANY)
        ? options.allowAnyOrigin().build()
        : options.allowOrigins(allowedOrigins.toArray(String[]::new)).build();
  }

  private ApiKeys apiKeys() {
    List<String> keys = new ArrayList<>(apiKeys);
    Optional.ofNullable(System.getenv(API_KEY_VARIABLE)).ifPresent(keys::add);
    try {
      return ApiKeys.of(keys);
    } catch (IllegalArgumentException weak) {
      throw new ParameterException(spec.commandLine(), API_KEY_VARIABLE + ": " + weak.getMessage());
    }
  }

  private RedisBroker broker(String uri, @Nullable Path authority) {
    RedisBroker.Builder builder = RedisBroker.builder(uri);
    if (authority != null) {
      trust(builder, authority);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), "--redis: " + wrong.getMessage());
    }
  }

  private void trust(RedisBroker.Builder builder, Path authority) {
    try {
      builder.trust(authority);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), "--redis-ca: " + wrong.getMessage());
    }
  }
}
