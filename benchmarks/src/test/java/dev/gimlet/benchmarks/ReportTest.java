package dev.gimlet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.benchmarks.load.DeliveryTime;
import dev.gimlet.benchmarks.load.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Case CASE = Case.all(false).getFirst();
  private static final Peer RAW = peer("raw", Peer.Platform.RAW);
  private static final Peer GIMLET = peer("gimlet-event", Peer.Platform.JVM);

  private final Results results = new Results();
  private final Report report = new Report(results, List.of(GIMLET, RAW), List.of(CASE));

  @Test
  void comparesMediansWithRaw() {
    results.add(RAW, CASE, measurement(200_000, 1.0, 1.0, 0));
    results.add(GIMLET, CASE, measurement(180_000, 1.0, 1.0, 0));

    assertThat(report.markdown())
        .contains(
            "| raw | 200,000 | 1.00 | ±0 % | 1.00 + 4.00 = 5.00 µs | 1.00 | 100 % | 100 % |  |")
        .contains("| gimlet-event | 180,000 | 0.90 |");
  }

  @Test
  void saysWhenTheGeneratorWasTheLimit() {
    results.add(GIMLET, CASE, measurement(180_000, 0.8, 0.99, 0));

    assertThat(report.markdown()).contains("the generator was the limit");
  }

  @Test
  void blamesTheServerWhenBothAreBusy() {
    results.add(GIMLET, CASE, measurement(180_000, 0.95, 0.99, 0));

    assertThat(report.markdown()).doesNotContain("limit");
  }

  @Test
  void saysWhenOthersUsedTheCores() {
    results.add(GIMLET, CASE, measurement(180_000, 0.8, 0.8, 0.1));

    assertThat(report.markdown()).contains("others used the cores");
  }

  @Test
  void comparesTheTimeOfDeliveriesWithAndWithoutSlowMembers() {
    Case stalled =
        Case.all(false).stream()
            .filter(it -> it.label().equals("stalled-1k"))
            .findFirst()
            .orElseThrow();
    results.add(
        GIMLET,
        stalled,
        new Stall(new DeliveryTime(9, 1, 2, 4, 0), new DeliveryTime(9, 1.5, 3, 5, 100)));

    assertThat(new Report(results, List.of(GIMLET), List.of(stalled)).markdown())
        .contains("| gimlet-event | 1.00, 2.00 ms | 1.50, 3.00 ms | 1.50 | 100 |");
  }

  @Test
  void tellsWhatFailed() {
    results.addFailure(GIMLET, CASE, new IllegalStateException("no message came back"));

    assertThat(report.markdown()).contains("failed: no message came back");
  }

  private static Measurement measurement(
      double perSecond, double serverShare, double generatorShare, double others) {
    return new Measurement(
        1, 1, perSecond, 0, serverShare, 1, 4, others, generatorShare, 1, 1, others);
  }

  private static Peer peer(String name, Peer.Platform platform) {
    return new Peer(name, name, "1", platform, (_, _) -> List.of());
  }
}
