package dev.gimlet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.routing.RouteMatch.Found;
import dev.gimlet.routing.RouteMatch.MethodNotAllowed;
import dev.gimlet.routing.RouteMatch.NotFound;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTreeTest {
  private final RouteTree tree = new RouteTree();

  @Nested
  class Paths {
    /// Its value would begin with a slash, and `folder.resolve(value)` leave the folder.
    @ParameterizedTest
    @CsvSource({"//", "/a//", "/a//etc/passwd", "//etc/passwd"})
    void behindAnEmptySegmentFitNoWildcard(String path) {
      add("GET", "/a/*rest");

      assertThat(tree.find("GET", RequestPath.parse(path))).isInstanceOf(NotFound.class);
    }

    @ParameterizedTest
    @CsvSource({
      "/, /",
      "/a, /a",
      "/a/, /a/",
      "/b, /:first",
      "/a/b, /a/b",
      "/a/c, /a/:second",
      "/a/b/c, /a/b/c",
      "/a/b/d, /a/*rest",
      "/a/x/c, /a/:second/c",
      "/a/x/d, /a/*rest",
      "/b/c, /*all",
      "/b/, /*all",
      "/a//, /*all",
      "/a/b//d, /a/*rest",
      "/A, /:first",
      "/a%2Fb, /:first",
      "/%61, /a"
    })
    void goToTheBestRoute(String path, String route) {
      for (String pattern :
          List.of(
              "/",
              "/a",
              "/a/",
              "/:first",
              "/a/b",
              "/a/:second",
              "/a/b/c",
              "/a/*rest",
              "/a/:second/c",
              "/*all")) {
        add("GET", pattern);
      }

      assertThat(found("GET", path).route().path().text()).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({"/a", "/a/b/", "/a/b/c", "/b", "/", "/a/"})
    void thatFitNoRouteAreNotFound(String path) {
      add("GET", "/a/:b");

      assertThat(find("GET", path)).isInstanceOf(NotFound.class);
    }

    @Test
    void giveParametersDecoded() {
      add("GET", "/rooms/:room/members/:member");

      assertThat(found("GET", "/rooms/caf%C3%A9/members/a%2Fb").pathParameters())
          .isEqualTo(Map.of("room", "café", "member", "a/b"));
    }

    @Test
    void giveTheRestToAWildcard() {
      add("GET", "/files/*path");

      assertThat(found("GET", "/files/a/b%20c").pathParameters()).containsEntry("path", "a/b c");
      assertThat(found("GET", "/files/").pathParameters()).containsEntry("path", "");
    }

    @Test
    void nameParametersAsTheirOwnRouteDoes() {
      add("GET", "/:a/x");
      add("GET", "/:b/y");

      assertThat(found("GET", "/1/y").pathParameters()).isEqualTo(Map.of("b", "1"));
    }
  }

  @Nested
  class Methods {
    @Test
    void areToldApart() {
      add("GET", "/a");
      add("POST", "/a");

      assertThat(found("POST", "/a").route().method()).isEqualTo("POST");
    }

    @Test
    void ofGetAnswerHead() {
      add("GET", "/a");

      assertThat(found("HEAD", "/a").route().method()).isEqualTo("GET");
    }

    @Test
    void ofHeadGoBeforeGet() {
      add("GET", "/a");
      add("HEAD", "/a");

      assertThat(found("HEAD", "/a").route().method()).isEqualTo("HEAD");
    }

    @Test
    void withoutARouteOfTheirOwnGoToAny() {
      add(Route.ANY, "/a");
      add("GET", "/a");

      assertThat(found("DELETE", "/a").route().method()).isEqualTo(Route.ANY);
      assertThat(found("GET", "/a").route().method()).isEqualTo("GET");
    }

    @Test
    void thatAreMissingAreToldApartFromMissingPaths() {
      add("GET", "/a");
      add("PUT", "/a");

      assertThat(find("POST", "/a"))
          .isEqualTo(new MethodNotAllowed(List.of("GET", "HEAD", "OPTIONS", "PUT")));
    }

    @Test
    void areLookedForInAllRoutesOfThePath() {
      add("GET", "/a");
      add("POST", "/:b");

      assertThat(found("POST", "/a").route().path().text()).isEqualTo("/:b");
      assertThat(find("PUT", "/a"))
          .isEqualTo(new MethodNotAllowed(List.of("GET", "HEAD", "OPTIONS", "POST")));
    }

    @Test
    void areToldWhenOnlyTheSlashAtTheEndDiffers() {
      add("GET", "/a");
      add("GET", "/b/");

      assertThat(find("GET", "/a/")).isEqualTo(new NotFound(Optional.of("/a")));
      assertThat(find("GET", "/b")).isEqualTo(new NotFound(Optional.of("/b/")));
      assertThat(find("GET", "/c")).isEqualTo(new NotFound(Optional.empty()));
      assertThat(find("GET", "/")).isEqualTo(new NotFound(Optional.empty()));
    }

    @Test
    void areCaseSensitive() {
      add("GET", "/a");

      assertThat(find("get", "/a")).isInstanceOf(MethodNotAllowed.class);
    }
  }

  @Nested
  class Conflicts {
    @ParameterizedTest
    @CsvSource({"/a, /a", "/:a, /:b", "/a/:b/c, /a/:c/c", "/a/*b, /a/*c", "/, /"})
    void nameBothRoutes(String first, String second) {
      tree.add(route("GET", first, "Main.java:1"));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> tree.add(route("GET", second, "Main.java:2")))
          .withMessageContaining("GET " + first + " (Main.java:1)")
          .withMessageContaining("GET " + second + " (Main.java:2)");
    }

    @ParameterizedTest
    @CsvSource({"/a, /a/", "/a, /:a", "/a/:b, /:a/b", "/:a, /*a", "/a/:b, /a/:c/d"})
    void areNotSeenWhereThereIsABetterRoute(String first, String second) {
      add("GET", first);
      add("GET", second);

      assertThat(tree.routes()).hasSize(2);
    }

    @Test
    void keepTheFirstRoute() {
      Route first = route("GET", "/a", "Main.java:1");
      tree.add(first);

      assertThatIllegalArgumentException().isThrownBy(() -> add("GET", "/a"));
      assertThat(found("GET", "/a").route()).isSameAs(first);
    }
  }

  private void add(String method, String path) {
    tree.add(route(method, path, "here"));
  }

  private static Route route(String method, String path, String where) {
    return new Route(method, PathPattern.parse(path), _ -> {}, List.of(), where);
  }

  private RouteMatch find(String method, String path) {
    return tree.find(method, RequestPath.parse(path));
  }

  private Found found(String method, String path) {
    return (Found) find(method, path);
  }
}
