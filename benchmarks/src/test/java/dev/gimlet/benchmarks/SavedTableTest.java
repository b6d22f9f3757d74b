package dev.gimlet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SavedTableTest {

  @Test
  void replacesWhatStandsBetweenTheMarks() {
    String document = "before\n" + SavedTable.BEGIN + "\nold\n" + SavedTable.END + "\nafter\n";

    assertThat(SavedTable.replace(document, "new\n"))
        .isEqualTo("before\n" + SavedTable.BEGIN + "\n\nnew\n" + SavedTable.END + "\nafter\n");
  }

  @Test
  void refusesADocumentWithoutMarks() {
    assertThatThrownBy(() -> SavedTable.replace("nothing", "new"))
        .hasMessageContaining(SavedTable.BEGIN);
  }
}
