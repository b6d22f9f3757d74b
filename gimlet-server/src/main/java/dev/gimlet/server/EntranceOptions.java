package dev.gimlet.server;

import dev.gimlet.ServerOptions;
import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.websocket.RateLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of `gimlet serve` that say who may connect, and through whom.
final class EntranceOptions {

  @Option(
      names = "--trusted-proxy",
      paramLabel = "ADDRESS",
      converter = AddressRangeConverter.class,
      description = {
        "Believes this proxy when it tells who its clients are, in Forwarded",
        "or X-Forwarded-For; an address or a range such as 10.0.0.0/8;",
        "may be repeated."
      })
  private List<String> trustedProxies = List.of();

  @Option(
      names = "--proxy-protocol",
      description = {
        "Demands the PROXY protocol, version 1 or 2, from trusted proxies",
        "and refuses all other connections."
      })
  private boolean proxyProtocol;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      converter = CountConverter.class,
      description = {
        "Connections in all, beyond which WebSockets and event streams are",
        "refused; default 90 %% of the files it may have open."
      })
  private @Nullable Integer total;

  @Option(
      names = "--max-per-address",
      paramLabel = "N",
      converter = CountConverter.class,
      description = {
        "WebSockets and event streams of one address, of IPv6 one /64;",
        "default 1000, and any number of this machine itself."
      })
  private @Nullable Integer perAddress;

  @Option(
      names = "--admission-rate",
      paramLabel = "N",
      converter = CountConverter.class,
      description = {
        "New WebSockets and event streams per second, and as many at once;",
        "default no limit.",
        "Others are told to come back in a few seconds."
      })
  private @Nullable Integer admissionRate;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  void applyTo(ServerOptions.Builder options) {
    options.trustedProxies(trustedProxies.toArray(String[]::new)).connectionLimits(limits());
    if (proxyProtocol) {
      if (trustedProxies.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "say who may speak the PROXY protocol: give --trusted-proxy too");
      }
      options.proxyProtocol();
    }
  }

  private ConnectionLimits limits() {
    ConnectionLimits.Builder limits = ConnectionLimits.builder();
    if (total != null) {
      limits.total(total);
    }
    if (perAddress != null) {
      limits.perAddress(perAddress);
    }
    if (admissionRate != null) {
      limits.admissionRate(new RateLimit(admissionRate, admissionRate));
    }
    return limits.build();
  }
}
