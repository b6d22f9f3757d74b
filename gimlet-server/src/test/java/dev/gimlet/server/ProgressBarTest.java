package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

  private final StringWriter terminal = new StringWriter();
  private final ProgressBar bar = new ProgressBar(new PrintWriter(terminal), true);

  @Test
  void showsPartRateAndTimeLeft() {
    bar.tell(0.5, Duration.ofSeconds(90), 12_345);

    assertThat(terminal.toString())
        .isEqualTo("\r[###############               ]  50 %  12,345 messages/s  90 s left");
  }

  @Test
  void saysMinutesForALongTime() {
    bar.tell(0, Duration.ofMinutes(61), 0);

    assertThat(terminal.toString()).endsWith("61 min 00 s left");
  }

  @Test
  void neverSaysThatNoTimeIsLeft() {
    bar.tell(1, Duration.ofMillis(1), 0);

    assertThat(terminal.toString()).endsWith(" 1 s left");
  }

  @Test
  void coversALongerLineWithAShorterOne() {
    bar.tell(0, Duration.ofSeconds(90), 12_345);
    bar.tell(0, Duration.ofSeconds(9), 5);

    assertThat(terminal.toString()).endsWith("  5 messages/s  9 s left      ");
  }

  @Test
  void leavesAnEmptyLine() {
    bar.tell(0, Duration.ofSeconds(9), 5);
    int length = terminal.toString().length() - 1;
    bar.clear();

    assertThat(terminal.toString()).endsWith("\r" + " ".repeat(length) + "\r");
  }

  @Test
  void isSilentWithoutATerminal() {
    ProgressBar hidden = new ProgressBar(new PrintWriter(terminal), false);

    hidden.tell(0.5, Duration.ofSeconds(90), 12_345);
    hidden.clear();

    assertThat(terminal.toString()).isEmpty();
  }
}
