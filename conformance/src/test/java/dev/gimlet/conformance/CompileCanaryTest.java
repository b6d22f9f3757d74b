package dev.gimlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Node;

/// Proof that the build's null checks are awake: a compiler plugin that does not run says nothing.
///
/// The arguments are those of the build, read from the parent `pom.xml`.
@Slow
class CompileCanaryTest {
  private static final Path PARENT_POM = Path.of("..", "pom.xml");

  @TempDir private Path folder;

  @Test
  void refusesNullWhereNoneIsAllowed() throws Exception {
    Run javac = compile("static String name() { return null; }");

    assertThat(javac.exitCode()).isNotZero();
    assertThat(javac.output())
        .contains("error: [NullAway] returning @Nullable expression")
        .contains("Canary.java");
  }

  @Test
  void acceptsTheSameWithoutNull() throws Exception {
    Run javac = compile("static String name() { return \"canary\"; }");

    assertThat(javac.output()).isEmpty();
    assertThat(javac.exitCode()).isZero();
  }

  private Run compile(String members) throws Exception {
    Path packageInfo = folder.resolve("package-info.java");
    Files.writeString(packageInfo, "@org.jspecify.annotations.NullMarked package canary;");
    Path canary = folder.resolve("Canary.java");
    Files.writeString(
        canary, "package canary; final class Canary { private Canary() {} %s }".formatted(members));

    List<String> command = new ArrayList<>();
    command.add(Run.jdkTool("javac"));
    command.addAll(argumentsOfTheBuild());
    command.addAll(List.of("-d", folder.toString()));
    command.addAll(List.of("--class-path", Run.CLASS_PATH, "--processor-path", Run.CLASS_PATH));
    command.addAll(List.of(packageInfo.toString(), canary.toString()));
    return Run.of(command);
  }

  private static List<String> argumentsOfTheBuild() throws Exception {
    var pom = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
    var arguments =
        XPathFactory.newDefaultInstance()
            .newXPath()
            .evaluateExpression(
                "/project/build/plugins/plugin[artifactId='maven-compiler-plugin']"
                    + "/configuration/compilerArgs/arg",
                pom.parse(PARENT_POM.toFile()),
                XPathNodes.class);
    List<String> result = new ArrayList<>();
    for (Node argument : arguments) {
      result.add(argument.getTextContent());
    }
    assertThat(result).anyMatch(it -> it.contains("NullAway:ERROR"));
    return result;
  }
}
