package dev.gimlet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
  @Test
  void decodesEachSegmentByItself() {
    assertThat(RequestPath.parse("/a%2Fb/c%20d").segments()).containsExactly("a/b", "c d");
  }

  @Test
  void keepsEmptySegments() {
    assertThat(RequestPath.parse("//a/").segments()).containsExactly("", "a", "");
  }

  @Test
  void hasOneEmptySegmentAtTheRoot() {
    assertThat(RequestPath.parse("/").segments()).containsExactly("");
  }

  @Test
  void isOneTextAgain() {
    assertThat(RequestPath.parse("/a%20b/").text()).isEqualTo("/a b/");
  }

  @Test
  void keepsDotsInsideOfNames() {
    assertThat(RequestPath.parse("/.../a..b/.c").segments()).containsExactly("...", "a..b", ".c");
    assertThat(RequestPath.parse("/a..%2F..b%2Fc").segments()).containsExactly("a../..b/c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "/..",
        "/.",
        "/a/../b",
        "/%2e%2e",
        "/%2E./x",
        "/a%00b",
        "/%",
        "/%2e%2e%2fetc",
        "/a%2F..",
        "/a%2f..%2Fb/c",
        "/..%5cetc",
        "/%2Fetc%2Fpasswd",
        "/a/%2f",
        "/%5Cetc"
      })
  void refusesWhatIsNoCleanPath(String encoded) {
    assertThatIllegalArgumentException().isThrownBy(() -> RequestPath.parse(encoded));
  }
}
