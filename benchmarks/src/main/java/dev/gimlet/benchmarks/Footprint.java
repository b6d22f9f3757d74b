package dev.gimlet.benchmarks;

/// What idle connections cost in memory of the server's process. Immutable.
///
/// @param kibEach over the empty server, as it is after the connections were opened
/// @param kibEachCollected the same after the server, if it is a JVM, has collected its garbage
/// @param emptyKib the server without connections, after some have come and gone
record Footprint(double kibEach, double kibEachCollected, long emptyKib) {

  static Footprint of(long empty, long full, long collected, int connections) {
    return new Footprint(
        (double) (full - empty) / connections, (double) (collected - empty) / connections, empty);
  }
}
