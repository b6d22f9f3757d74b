package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.DeliveryTime;

/// How long deliveries took while all members read, and while some did not. Immutable.
record Stall(DeliveryTime allRead, DeliveryTime someStalled) {

  double ratio() {
    return someStalled.p99Millis() / allRead.p99Millis();
  }
}
