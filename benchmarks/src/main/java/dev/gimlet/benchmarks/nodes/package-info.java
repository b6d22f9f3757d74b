/// How fast a publication reaches members on one node and on two, through Redis.
///
/// Start at [FanOut][dev.gimlet.benchmarks.nodes.FanOut], the command; it starts a
/// [RoomServer][dev.gimlet.benchmarks.nodes.RoomServer] for each node and counts with
/// [Members][dev.gimlet.benchmarks.nodes.Members]. The clients are the JDK's: they are no limit at
/// the rates that a publication through Redis allows.
///
/// Each program owns its threads.
@NullMarked
package dev.gimlet.benchmarks.nodes;

import org.jspecify.annotations.NullMarked;
