package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Dials three times in a process of its own: while there are descriptors, while there are none,
/// and when there are some again. Prints what each came to, and where that was told.
final class DescriptorlessDial {

  private static final int PATIENCE_SECONDS = 20;

  /// Prints for later; thread-safe: one concurrent queue.
  private record Owner(ClientLoop loop, LinkedBlockingQueue<String> told) implements ClientOwner {

    @Override
    public void onFailed(DialFailure failure) {
      told.add((loop.isCurrent() ? "" : "not on the loop: ") + failure);
    }

    @Override
    public void onOpen(WebSocketConnection connection) {
      told.add("open");
    }

    @Override
    public void onMessage(WebSocketConnection connection, Message message) {}

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onRoom() {}

    private String outcome(int port) throws InterruptedException {
      loop.execute(() -> loop.dial(dial(port), this));
      return String.valueOf(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
  }

  private DescriptorlessDial() {}

  /// The program of the child: dials this port.
  static void main(String... args) throws Exception {
    int port = Integer.parseInt(args[0]);
    try (ClientLoops loops = ClientLoops.start(1, ServerEvents.NONE)) {
      Owner owner = new Owner(loops.next(), new LinkedBlockingQueue<>());
      IO.println(owner.outcome(port));
      List<InputStream> held = takeAllDescriptors();
      String without = owner.outcome(port);
      for (InputStream each : held) {
        each.close();
      }
      IO.println(without);
      IO.println(owner.outcome(port));
    }
  }

  @SuppressWarnings("StreamResourceLeak")
  private static List<InputStream> takeAllDescriptors() {
    List<InputStream> held = new ArrayList<>();
    try {
      while (true) {
        held.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException none) {
      return held;
    }
  }

  private static Dial dial(int port) {
    return new Dial(
        "127.0.0.1",
        port,
        "127.0.0.1",
        "/",
        List.of(),
        Optional.empty(),
        Optional.empty(),
        WebSocketOptions.builder().build(),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20));
  }

  /// What it prints when it may open no more files than that.
  static List<String> outcomes(int port, int descriptors, String jvmOption) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of(jvmOption, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(DescriptorlessDial.class.getName(), Integer.toString(port)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      return process.inputReader().lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
