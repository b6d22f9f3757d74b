package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.testing.Strangers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The programs of docs/clients.md, made ready to run: for another port, and with shorter waits.
final class ClientPrograms {

  /// The first wait of the programs as they are run here; a tenth of what is written.
  static final double FIRST_MILLIS = 50;

  private static final Path DOCUMENT = Path.of("..", "docs", "clients.md");
  private static final Path HOME = Path.of("target", "clients").toAbsolutePath();
  private static final Path GO_SOURCES = Path.of("/usr/share/gocode");
  private static final String PYTHON_LIBRARY = "websockets==17.1";

  private ClientPrograms() {}

  /// All blocks of a language, as they stand.
  static List<String> blocks(String language) throws IOException {
    Pattern block = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL);
    return block
        .matcher(Files.readString(DOCUMENT))
        .results()
        .map((MatchResult each) -> each.group(1))
        .toList();
  }

  static List<String> java(Path folder, int port) throws IOException {
    String source =
        blocks("java").stream()
            .filter(each -> each.contains("void main"))
            .findFirst()
            .orElseThrow()
            .replace("localhost:8080", "localhost:" + port);
    Path file = Files.writeString(folder.resolve("Client.java"), source);
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        file.toString());
  }

  static String browser(int port, int goodAfterMillis) throws IOException {
    return adapted(
        blocks("js").getFirst(),
        "wss://server.example/ws",
        "ws://localhost:" + port + "/ws",
        "FIRST = 500, LONGEST = 20_000, GOOD_AFTER = 10_000",
        "FIRST = 50, LONGEST = 2_000, GOOD_AFTER = " + goodAfterMillis);
  }

  static List<String> python(Path folder, int port, double goodAfterSeconds)
      throws IOException, InterruptedException {
    Path python = pythonWithLibrary();
    String source =
        adapted(
            blocks("python").getFirst(),
            "localhost:8080",
            "localhost:" + port,
            "FIRST, LONGEST, GOOD_AFTER = 0.5, 20, 10",
            "FIRST, LONGEST, GOOD_AFTER = 0.05, 2, " + goodAfterSeconds);
    Path file = Files.writeString(folder.resolve("client.py"), source);
    return List.of(python.toString(), file.toString());
  }

  static List<String> go(Path folder, int port, int goodAfterMillis)
      throws IOException, InterruptedException {
    String source =
        adapted(
            blocks("go").getFirst(),
            "localhost:8080",
            "localhost:" + port,
            "first     = 500 * time.Millisecond",
            "first     = 50 * time.Millisecond",
            "longest   = 20 * time.Second",
            "longest   = 2 * time.Second",
            "goodAfter = 10 * time.Second",
            "goodAfter = " + goodAfterMillis + " * time.Millisecond");
    Files.writeString(folder.resolve("client.go"), source);
    return goProgram(folder);
  }

  /// Builds what is in the folder.
  static List<String> goProgram(Path folder) throws IOException, InterruptedException {
    if (!Strangers.isOnThePath("go")) {
      Strangers.missing("no go on the PATH: install it to run the client in Go");
    }
    if (!Files.exists(GO_SOURCES.resolve("src/github.com/gorilla/websocket"))) {
      Strangers.missing("no gorilla/websocket: install golang-github-gorilla-websocket-dev");
    }
    // Debian's packages are sources to be used without modules, and from no network.
    List<String> build =
        List.of(
            "env",
            "GO111MODULE=off",
            "GOTOOLCHAIN=local",
            "GOPATH=" + HOME.resolve("go") + ":" + GO_SOURCES,
            "GOCACHE=" + HOME.resolve("go-cache"),
            "go",
            "build",
            "-o",
            "client",
            ".");
    run(folder, build);
    return List.of(folder.resolve("client").toString());
  }

  /// A Python of its own with the library, fetched when it is not there yet.
  static Path pythonWithLibrary() throws IOException, InterruptedException {
    Path python = HOME.resolve("python/bin/python");
    Path done = HOME.resolve("python/" + PYTHON_LIBRARY);
    if (Files.exists(done)) {
      return python;
    }
    if (!Strangers.isOnThePath("python3")) {
      Strangers.missing("no python3 on the PATH: install it to run the client in Python");
    }
    Files.createDirectories(HOME);
    try {
      run(HOME, List.of("python3", "-m", "venv", "--clear", "python"));
      run(HOME, List.of(python.toString(), "-m", "pip", "install", "--quiet", PYTHON_LIBRARY));
    } catch (IOException failed) {
      Strangers.missing("no Python with `websockets`: " + failed.getMessage());
    }
    Files.createFile(done);
    return python;
  }

  private static void run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (var output = process.inputReader(UTF_8)) {
      String text = output.readAllAsString();
      if (process.waitFor() != 0) {
        throw new IOException(command + ":\n" + text);
      }
    }
  }

  /// The source with each odd text replaced by the even one that follows; all must be there.
  private static String adapted(String source, String... changes) {
    String changed = source;
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(changed).contains(changes[i]);
      changed = changed.replace(changes[i], changes[i + 1]);
    }
    return changed;
  }
}
