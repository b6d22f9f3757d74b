package dev.gimlet.benchmarks.load;

import org.HdrHistogram.Histogram;

/// How long publications took to arrive, from the moment they were due. Immutable.
///
/// @param deliveries that were timed
/// @param ended members that did not read, and whose connection the server ended meanwhile
public record DeliveryTime(
    long deliveries, double p50Millis, double p99Millis, double maxMillis, int ended) {

  private static final double NANOS_PER_MILLI = 1e6;

  static DeliveryTime of(Histogram nanos, int ended) {
    if (nanos.getTotalCount() == 0) {
      throw new IllegalStateException("no message came back while measuring");
    }
    return new DeliveryTime(
        nanos.getTotalCount(),
        nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
        nanos.getValueAtPercentile(99) / NANOS_PER_MILLI,
        nanos.getMaxValue() / NANOS_PER_MILLI,
        ended);
  }
}
