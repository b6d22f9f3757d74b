package dev.gimlet.benchmarks.load;

/// How long publications took to arrive, from the moment they were due. Immutable.
///
/// @param deliveries that were timed
public record DeliveryTime(long deliveries, double p50Millis, double p99Millis, double maxMillis) {}
