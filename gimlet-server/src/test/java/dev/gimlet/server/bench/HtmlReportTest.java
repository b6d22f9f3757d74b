package dev.gimlet.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

  @Test
  void needsNoOtherFile() {
    assertThat(HtmlReport.page(Results.quiet()))
        .startsWith("<!doctype html>")
        .doesNotContain("src=", "href=", "http:", "https:", "@import", "<script");
  }

  @Test
  void plotsLatencyByPercentile() {
    String page = HtmlReport.page(Results.quiet());

    var points = Pattern.compile("points=\"([^\"]+)\"").matcher(page);
    assertThat(points.find()).isTrue();
    assertThat(points.group(1).split(" ")).hasSize(101);
    assertThat(page).contains("<text", "99.99 %", "100.0 ms");
  }

  @Test
  void hasEveryFigure() {
    assertThat(HtmlReport.page(Results.quiet()))
        .contains(BenchResult.NAMES.stream().map(name -> "<td>" + name + "</td>").toList());
  }

  @Test
  void hasTheSentencesOfTheTerminal() {
    assertThat(HtmlReport.page(Results.busy(0.97))).contains("was the bottleneck");
  }

  @Test
  void escapesTheAddress() {
    String page = HtmlReport.page(Results.of("ws://localhost/echo?a=%3C&b='c'"));

    assertThat(page).contains("<h1>ws://localhost/echo?a=%3C&amp;b=").doesNotContain("%3C&b");
  }
}
