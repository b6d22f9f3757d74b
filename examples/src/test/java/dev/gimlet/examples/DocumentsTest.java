package dev.gimlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the documents show compiles.
final class DocumentsTest {

  @ParameterizedTest
  @MethodSource("documents")
  void compileAsTheyStand(Document document, @TempDir Path folder) throws Exception {
    assertThat(DocumentCompiler.compile(document, folder)).isEmpty();
  }

  @Test
  void linkOnlyToFilesThatExist() {
    Pattern link = Pattern.compile("\\]\\((?!https?:)([^)#]+)[^)]*\\)");
    Stream<Document> others =
        Stream.of("README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md").map(Document::named);
    assertThat(Stream.concat(Document.all(), others))
        .allSatisfy(document ->
            assertThat(link.matcher(document.text()).results().map(match -> match.group(1)))
                .allSatisfy(target ->
                    assertThat(Document.ROOT.resolve(document.name()).resolveSibling(target))
                        .exists()));
  }

  @Test
  void areAllToBeFoundFromTheReadme() {
    assertThat(Document.all().map(Document::name).filter(name -> name.startsWith("docs/")))
        .allSatisfy(name -> {
          assertThat(Document.named("README.md").text()).contains("(" + name + ")");
          assertThat(Document.named("README.zh-CN.md").text()).contains("(" + name + ")");
        });
  }

  static Stream<Document> documents() {
    return Document.all().filter(document -> !document.blocks("java").isEmpty());
  }
}
