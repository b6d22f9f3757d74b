/// The client side of every measurement, one process with one event loop of
/// [dev.gimlet.server.load], which is also that of `gimlet bench`.
///
/// Read in this order: [LoadGenerator][dev.gimlet.benchmarks.load.LoadGenerator] (the command),
/// [LoadOptions][dev.gimlet.benchmarks.load.LoadOptions],
/// [Measurement][dev.gimlet.benchmarks.load.Measurement] and
/// [Usage][dev.gimlet.benchmarks.load.Usage] (what it cost whom).
///
/// What is sent is encoded once, what is received is counted by its frame headers and compared in
/// samples, and there is one write per read.
///
/// All of it belongs to the main thread.
@NullMarked
package dev.gimlet.benchmarks.load;

import org.jspecify.annotations.NullMarked;
