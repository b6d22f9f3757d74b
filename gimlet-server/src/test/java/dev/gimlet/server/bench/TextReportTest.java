package dev.gimlet.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {

  @Test
  void drawsThePercentiles() {
    List<String> lines = TextReport.lines(Results.quiet());

    assertThat(lines.getFirst())
        .isEqualTo("100 messages in 1.0 s: 100 per second, over 50 connections");
    assertThat(lines).anyMatch(line -> line.matches(" {2}p50 +50\\.\\d\\d\\d ms {2}#{20}"));
    assertThat(lines).anyMatch(line -> line.matches(" {2}max +100\\.\\d\\d\\d ms {2}#{40}"));
    assertThat(lines.getLast()).isEqualTo("sent 100, lost 0, duplicated 0, reordered 0");
  }

  @Test
  void fitsATerminal() {
    assertThat(TextReport.lines(Results.quiet())).allMatch(line -> line.length() <= 80);
  }

  @Test
  void saysThatTheClientWasTheBottleneck() {
    assertThat(TextReport.lines(Results.busy(0.97)).getLast())
        .isEqualTo("the client used 97 % of its core: it, and not the server, was the bottleneck");
  }

  @Test
  void tellsOfTroubles() {
    assertThat(TextReport.lines(Results.troubled()))
        .endsWith(
            "sent 104, lost 4, duplicated 0, reordered 0",
            "7 messages could not leave: the server does not read",
            "the server ended 2 of 50 connections (closed with 1011): the run stopped there",
            "slow readers: 2 of 3 closed by the server (1 cut without a code, 1 with 1008)");
  }

  @Test
  void drawsNothingOfNothing() {
    assertThat(TextReport.lines(Results.empty()))
        .contains("0 messages in 1.0 s: 0 per second, over 50 connections")
        .noneMatch(line -> line.contains("#"));
  }
}
