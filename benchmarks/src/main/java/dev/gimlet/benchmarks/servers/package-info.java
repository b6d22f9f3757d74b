/// The servers that are measured and written in Java: one small program each.
///
/// Start at [Main][dev.gimlet.benchmarks.servers.Main]. Each is written as its own documentation
/// suggests and serves `/echo`, which returns every message, and `/room`, which sends every message
/// to everyone who is there. The raw limit and the servers in other languages are in `src/main/c`,
/// `go` and `npm`.
///
/// Each program owns its threads.
@NullMarked
package dev.gimlet.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
