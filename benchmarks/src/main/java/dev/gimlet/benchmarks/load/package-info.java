/// The load generator: the client side of every measurement, one process with one event loop.
///
/// Read in this order: [LoadGenerator][dev.gimlet.benchmarks.load.LoadGenerator] (the command), the
/// three loads [EchoLoad][dev.gimlet.benchmarks.load.EchoLoad],
/// [BroadcastLoad][dev.gimlet.benchmarks.load.BroadcastLoad] and
/// [IdleLoad][dev.gimlet.benchmarks.load.IdleLoad], and
/// [FrameCounter][dev.gimlet.benchmarks.load.FrameCounter], which checks what comes back.
///
/// It must be cheaper than any server it measures: what is sent is encoded once, what is received
/// is counted by its frame headers and compared in samples, and there is one write per read.
///
/// Everything that has no other owner belongs to the one event loop.
@NullMarked
package dev.gimlet.benchmarks.load;

import org.jspecify.annotations.NullMarked;
