/// A load generator for WebSocket servers.
///
/// Read in this order: `BenchOptions`, `Bench` (one run), `Player` (one connection), `StreamCheck`
/// (what was lost, doubled, out of order), `BenchResult` and its three forms.
///
/// Nothing here prints: commands do.
///
/// A run is started by one thread; players are called on the client's event loops.
@NullMarked
package dev.gimlet.server.bench;

import org.jspecify.annotations.NullMarked;
