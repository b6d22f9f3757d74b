package dev.gimlet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.routing.Segment.Literal;
import dev.gimlet.routing.Segment.Parameter;
import dev.gimlet.routing.Segment.Wildcard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @Test
  void hasThreeKindsOfSegments() {
    assertThat(PathPattern.parse("/a/:b/*c").segments())
        .containsExactly(new Literal("a"), new Parameter("b"), new Wildcard("c"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', must begin with /",
    "a, must begin with /",
    "/a//b, has an empty segment",
    "/:, name it like",
    "/rooms/{name}, like /rooms/:name",
    "/rooms/<name>, like /rooms/:name",
    "/a/v:x, like /rooms/:name",
    "/a*, like /rooms/:name",
    "/:a:b, like /rooms/:name",
    "/:a-b, name it like",
    "/:1a, name it like",
    "/*, name it like",
    "/*a/b, not the last segment",
    "/:a/:a, two parameters called a",
    "/:a/*a, two parameters called a",
    "/a?b, write the plain",
    "/a#b, write the plain",
    "/a%20b, write the plain",
    "'/a b', write the plain"
  })
  void saysWhatIsWrong(String pattern, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PathPattern.parse(pattern))
        .withMessageContaining("\"" + pattern + "\"")
        .withMessageContaining(message);
  }
}
