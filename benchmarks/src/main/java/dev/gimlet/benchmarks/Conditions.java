package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.ClientTransport;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// How everything in a table was measured. Immutable.
///
/// @param turns of each server in a round
/// @param warmup seconds, in turns that are not counted
/// @param seconds of a turn
record Conditions(
    int rounds,
    int turns,
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

            Speed: medians of %d turns of %s s, after %.0f s of warm-up; %s. All servers of a table run, \
            on core %d, and one works at a time, with its load generator (%s) on core %d; ratios are those of \
            turns beside one another. TCP's shortest timeout: %s.

            JVM: `%s`

            """,
            LocalDate.now(ZoneOffset.UTC),
            Machine.describe(),
            turns * rounds,
            seconds,
            warmup,
            rounds == 1 ? "one round" : rounds + " rounds, each with new processes",
            serverCore,
            transport.name().toLowerCase(Locale.ROOT),
            generatorCore,
            Machine.shortestTcpTimeout(),
            String.join(" ", JavaOptions.SERVER)));
    missing.forEach(each -> text.append("Not measured: ").append(each).append("\n\n"));
    return text.toString();
  }
}
