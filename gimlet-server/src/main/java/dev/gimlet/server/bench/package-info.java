/// The runs of `gimlet bench`: what is to be done, what came of it, and how that is said.
///
/// Read in this order: `BenchOptions`, `Bench` (one run), `BenchResult` and its three forms. The
/// connections are those of [dev.gimlet.server.load].
///
/// Nothing here prints: commands do.
///
/// A run belongs to the thread that starts it.
@NullMarked
package dev.gimlet.server.bench;

import org.jspecify.annotations.NullMarked;
