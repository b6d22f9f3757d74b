package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.Peer.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Every server that can be measured on this machine, and why the others cannot.
final class Peers {
  private static final String MAIN = "dev.gimlet.benchmarks.servers.Main";

  private final Path home;
  private final List<Peer> available = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  /// @param home the folder `benchmarks`
  Peers(Path home) {
    this.home = home;
    addRaw();
    addJvm("gimlet-event", "Gimlet, event style", "gimlet-core");
    addJvm("gimlet-loop", "Gimlet, loop style", "gimlet-core");
    addTls("jdk", "the JDK's TLS", "Java " + Runtime.version());
    addTls("boringssl", "BoringSSL", Libraries.version("netty-tcnative-classes"));
    addUws();
    addUwsOnNode();
    addBun();
    addJvm("netty", "Netty, stock handlers", "netty-codec-http");
    addJvm("vertx", "Vert.x", "vertx-core");
    addJvm("jetty", "Jetty", "jetty-websocket-jetty-server");
    addJvm("undertow", "Undertow", "undertow-core");
    addJvm("helidon", "Helidon", "helidon-webserver-websocket");
    addGin();
    addWs();
  }

  List<Peer> available() {
    return List.copyOf(available);
  }

  /// A line for each server that is not there: what to install.
  List<String> missing() {
    return List.copyOf(missing);
  }

  private void addRaw() {
    Path raw = home.resolve("target/native/raw");
    if (Files.isExecutable(raw)) {
      String version = Tools.firstLine("cc", "--version").orElse("C");
      add(
          "raw",
          "raw TCP, in C",
          version,
          Platform.RAW,
          (port, which) -> List.of(raw.toString(), "" + port, rawAnswer(which)));
    } else {
      missing.add("raw TCP in C, with raw TCP in Java in its place: no cc (apt-get install gcc)");
      add(
          "raw",
          "raw TCP, in Java",
          Runtime.version().toString(),
          Platform.RAW,
          (port, which) -> jvm(port, "raw-java-" + rawAnswer(which)));
    }
  }

  private static String rawAnswer(Case which) {
    return which.isRoom() ? "fanout" : "echo";
  }

  private void addJvm(String name, String title, String library) {
    add(name, title, Libraries.version(library), Platform.JVM, (port, _) -> jvm(port, name));
  }

  private void addTls(String provider, String title, String version) {
    add(
        "gimlet-event-tls-" + provider,
        "Gimlet, event style, " + title,
        version,
        Platform.JVM_TLS,
        (port, _) -> jvm(port, "gimlet-event-tls", "-Dgimlet.tls.provider=" + provider));
  }

  private static List<String> jvm(int port, String name, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Tools.java());
    command.addAll(JavaOptions.SERVER);
    command.addAll(List.of(more));
    command.addAll(List.of("-cp", Libraries.classPath(), MAIN, name, "" + port));
    return command;
  }

  private void addUws() {
    Path uws = home.resolve("target/native/uws");
    if (Files.isExecutable(uws)) {
      add(
          "uws",
          "uWebSockets 0.14, C++",
          npmVersion(home.resolve("target/uws/package/package.json")) + " of the npm package uws",
          Platform.OTHER,
          (port, _) -> List.of(uws.toString(), "" + port));
    } else {
      missing.add(
          "uWebSockets: not built (npm, with the network; apt-get install g++ libssl-dev"
              + " zlib1g-dev)");
    }
  }

  private void addBun() {
    Path npm = home.resolve("npm");
    Path bun = npm.resolve("node_modules/bun/bin/bun.exe");
    if (Files.isExecutable(bun)) {
      add(
          "bun",
          "Bun (uWebSockets)",
          Tools.firstLine(bun.toString(), "--version").orElse(""),
          Platform.OTHER,
          (port, _) -> List.of(bun.toString(), npm.resolve("bun.js").toString(), "" + port));
    } else {
      missing.add("Bun: not installed (npm, with the network)");
    }
  }

  private void addUwsOnNode() {
    addNode(
        "uws-node",
        "uWebSockets 20, on Node.js",
        "node_modules/@trufflesuite/uws-js-unofficial/package.json",
        "uws.cjs");
  }

  private void addWs() {
    addNode("ws", "ws on Node.js", "node_modules/ws/package.json", "ws.mjs");
  }

  private void addNode(String name, String title, String manifest, String program) {
    Path npm = home.resolve("npm");
    Path library = npm.resolve(manifest);
    Optional<String> node = Tools.firstLine("node", "--version");
    if (node.isPresent() && Files.exists(library)) {
      add(
          name,
          title,
          npmVersion(library) + ", Node.js " + node.get(),
          Platform.OTHER,
          (port, _) -> List.of("node", npm.resolve(program).toString(), "" + port));
    } else {
      missing.add(title + ": not installed (node and npm, with the network)");
    }
  }

  private void addGin() {
    Path gin = home.resolve("target/native/gin");
    if (Files.isExecutable(gin)) {
      String version =
          Stream.of("golang-github-gin-gonic-gin-dev", "golang-github-gorilla-websocket-dev")
              .map(name -> Tools.firstLine("dpkg-query", "-W", "-f=${Version}", name).orElse("?"))
              .reduce((of, with) -> of + ", gorilla " + with)
              .orElseThrow();
      String go = Tools.firstLine("go", "env", "GOVERSION").orElse("Go");
      add(
          "gin",
          "Gin + gorilla",
          version + ", " + go,
          Platform.OTHER,
          (port, _) -> List.of(gin.toString(), "" + port));
    } else {
      missing.add(
          "Gin + gorilla: apt-get install golang-go golang-github-gin-gonic-gin-dev"
              + " golang-github-gorilla-websocket-dev");
    }
  }

  private void add(
      String name, String title, String version, Platform platform, Peer.Command command) {
    available.add(new Peer(name, title, version, platform, command));
  }

  private static String npmVersion(Path manifest) {
    Matcher version = Pattern.compile("\"version\": \"([^\"]+)\"").matcher(Tools.read(manifest));
    return version.find() ? version.group(1) : "?";
  }
}
