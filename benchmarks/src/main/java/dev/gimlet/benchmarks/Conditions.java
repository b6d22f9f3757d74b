package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.ClientTransport;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// How everything in a table was measured. Immutable.
record Conditions(
    int rounds,
    double warmup,
    double seconds,
    int serverCore,
    int generatorCore,
    ClientTransport transport) {

  /// What stands above the tables.
  String markdown(List<String> missing) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            Measured on %s: %s.

            %s of %.0f s, each after %.0f s of warm-up in a new process. Servers on \
            core %d, the load generator (%s) on core %d. TCP's shortest timeout: %s.

            JVM for speed: `%s`

            JVM for memory: `%s`

            """,
            LocalDate.now(ZoneOffset.UTC),
            Machine.describe(),
            rounds == 1 ? "One round" : "Medians of " + rounds + " rounds",
            seconds,
            warmup,
            serverCore,
            transport.name().toLowerCase(Locale.ROOT),
            generatorCore,
            Machine.shortestTcpTimeout(),
            String.join(" ", JavaOptions.SPEED),
            String.join(" ", JavaOptions.MEMORY)));
    missing.forEach(each -> text.append("Not measured: ").append(each).append("\n\n"));
    return text.toString();
  }
}
