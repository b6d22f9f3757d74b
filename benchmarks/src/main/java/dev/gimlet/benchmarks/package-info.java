/// Runs Gimlet beside its peers, in rounds, and prints the table.
///
/// Read in this order: [Benchmarks][dev.gimlet.benchmarks.Benchmarks] (the command),
/// [Case][dev.gimlet.benchmarks.Case] and [Peers][dev.gimlet.benchmarks.Peers] (what is measured),
/// [Bench][dev.gimlet.benchmarks.Bench] (how), [Report][dev.gimlet.benchmarks.Report] (the table).
///
/// Servers and the load generator are processes of their own, pinned to a core each; nothing here
/// runs while something is measured.
///
/// Everything here is confined to the main thread.
@NullMarked
package dev.gimlet.benchmarks;

import org.jspecify.annotations.NullMarked;
