package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorLimitTest {
  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max processes             95880                95880                processes
      Max open files            %s                 524288               files
      """;

  @Test
  void isTheSoftOne() {
    assertThat(DescriptorLimit.parse(LIMITS.formatted("1024"))).hasValue(1024L);
  }

  @Test
  void mayBeMissing() {
    assertThat(DescriptorLimit.parse(LIMITS.formatted("unlimited"))).isEmpty();
    assertThat(DescriptorLimit.parse("")).isEmpty();
  }
}
