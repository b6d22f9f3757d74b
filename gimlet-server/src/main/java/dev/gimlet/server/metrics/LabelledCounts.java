package dev.gimlet.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// A counter for each constant of an enum, all there from the start.
///
/// Thread-safe: the map does not change, its counters are concurrent.
final class LabelledCounts<E extends Enum<E>> {

  private final Map<E, LongAdder> counts;

  LabelledCounts(Class<E> labels) {
    counts = new EnumMap<>(labels);
    for (E label : labels.getEnumConstants()) {
      counts.put(label, new LongAdder());
    }
  }

  void increment(E label) {
    add(label, 1);
  }

  void add(E label, long more) {
    LongAdder count = counts.get(label);
    if (count != null) {
      count.add(more);
    }
  }

  void register(
      MeterRegistry registry, String name, String tag, String help, Function<E, String> label) {
    counts.forEach((constant, count) ->
        FunctionCounter.builder(name, count, LongAdder::sum)
            .tag(tag, label.apply(constant))
            .description(help)
            .register(registry));
  }
}
