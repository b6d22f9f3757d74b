package dev.gimlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A modular program finds Gimlet as named modules, and only its exported packages.
class ModulePathSmokeTest {
  @TempDir private Path folder;

  @Test
  void runsFromTheModulePath() throws Exception {
    Run javac =
        compile(
            """
            package smoke;

            import dev.gimlet.Gimlet;
            import dev.gimlet.client.WebSocketClient;
            import dev.gimlet.redis.RedisBroker;
            import dev.gimlet.websocket.Message;

            public final class Main {
              public static void main(String[] args) {
                System.out.println(Gimlet.class.getModule().getName());
                System.out.println(Message.class.getModule().getName());
                System.out.println(WebSocketClient.class.getModule().getName());
                dev.gimlet.client.ClientOptions.builder().headerField("X", "y").build();
                var broker = RedisBroker.connect("redis://localhost");
                broker.close();
                System.out.println(broker.getClass().getModule().getName());
              }
            }
            """);
    Run java =
        Run.of(
            List.of(
                Run.jdkTool("java"),
                "--module-path",
                modulePath() + File.pathSeparator + classes(),
                "--module",
                "smoke/smoke.Main"));

    assertThat(javac.output()).isEmpty();
    assertThat(java.output().lines())
        .contains(
            "dev.gimlet.core", "dev.gimlet.websocket", "dev.gimlet.client", "dev.gimlet.redis");
    assertThat(java.exitCode()).isZero();
  }

  @Test
  void hidesTheTransport() throws Exception {
    Run javac =
        compile(
            """
            package smoke;

            import dev.gimlet.transport.*;

            final class Main {}
            """);

    assertThat(javac.exitCode()).isNotZero();
    assertThat(javac.output()).contains("package dev.gimlet.transport is not visible");
  }

  private Run compile(String main) throws Exception {
    Path moduleInfo = folder.resolve("module-info.java");
    Files.writeString(
        moduleInfo,
        "module smoke { requires dev.gimlet.core; requires dev.gimlet.client; requires dev.gimlet.redis; }");
    Path program = folder.resolve("Main.java");
    Files.writeString(program, main);
    return Run.of(
        List.of(
            Run.jdkTool("javac"),
            "--module-path",
            modulePath(),
            "-d",
            classes(),
            moduleInfo.toString(),
            program.toString()));
  }

  private String classes() {
    return folder.resolve("classes").toString();
  }

  /// Gimlet and what it stands on: the other tools of the tests are no modules.
  private static String modulePath() {
    return Run.classPathEntries().stream()
        .filter(ModulePathSmokeTest::belongsToGimlet)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean belongsToGimlet(String entry) {
    String path = entry.replace(File.separatorChar, '/');
    return Stream.of(
            "/gimlet-websocket",
            "/gimlet-core",
            "/gimlet-client",
            "/netty-",
            "/jackson-",
            "/jspecify-",
            "/gimlet-redis",
            "/lettuce-",
            "/redis-authx-",
            "/slf4j-api-",
            "/reactor-core-",
            "/reactive-streams-")
        .anyMatch(path::contains);
  }
}
