package dev.gimlet.benchmarks;

import dev.gimlet.benchmarks.load.DeliveryTime;
import dev.gimlet.benchmarks.load.LoadGenerator;
import dev.gimlet.benchmarks.load.Measurement;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// Starts load generators, each a process of its own, pinned to a core.
record Generator(Conditions conditions) {

  /// Opens the connections of an echo or broadcast load, which works when it is its turn.
  Turns turns(ServerProcess server, Case which) throws IOException {
    List<String> options = options(server, which);
    options.add("--kind=" + (which.isRoom() ? "BROADCAST" : "ECHO"));
    switch (which.kind()) {
      case ECHO_BINARY -> options.add("--binary");
      case BROADCAST_OF_MANY -> options.add("--publishers=" + which.inFlight());
      case ECHO, BROADCAST, STALLED, IDLE -> {}
    }
    Process process = start(server, options);
    return new Turns(process, process.inputReader(), process.outputWriter());
  }

  /// A load that works when it is told to. Owned by the main thread.
  record Turns(Process process, BufferedReader measurements, BufferedWriter turns)
      implements AutoCloseable {

    /// Works for a time, and tells what that measured.
    Measurement next(double seconds) throws IOException {
      turns.write(seconds + "\n");
      turns.flush();
      String measured = measurements.readLine();
      if (measured == null) {
        checkExit(process);
        throw new IOException("the load generator has measured nothing");
      }
      return JsonMapper.shared().readValue(measured, Measurement.class);
    }

    @Override
    public void close() throws IOException {
      turns.close();
      checkExit(process);
    }
  }

  /// Publishes at a fixed rate while some members do not read, and waits for what it measured.
  DeliveryTime deliveryTime(ServerProcess server, Case which, int stalled) throws IOException {
    List<String> options = options(server, which);
    options.addAll(
        List.of(
            "--kind=STALLED",
            "--stalled=" + stalled,
            "--warmup=" + conditions.warmup(),
            "--seconds=" + conditions.seconds() * conditions.turns()));
    return JsonMapper.shared().readValue(output(server, options), DeliveryTime.class);
  }

  private List<String> options(ServerProcess server, Case which) {
    return new ArrayList<>(
        List.of(
            "--path=" + (which.isRoom() ? "/room" : "/echo"),
            "--connections=" + which.connections(),
            "--in-flight=" + which.inFlight(),
            "--payload=" + which.payloadBytes(),
            "--server-pid=" + server.pid()));
  }

  private String output(ServerProcess server, List<String> options) throws IOException {
    Process process = start(server, options);
    String output = process.inputReader().readAllAsString();
    checkExit(process);
    return output;
  }

  /// Opens idle connections, which stay until the process is told to end.
  Idle idle(ServerProcess server, int connections) throws IOException {
    Process process = start(server, List.of("--kind=IDLE", "--connections=" + connections));
    Idle idle = new Idle(process, process.inputReader(), connections);
    idle.awaitState();
    return idle;
  }

  /// Idle connections. Owned by the main thread.
  record Idle(Process process, BufferedReader states, int connections) implements AutoCloseable {

    void awaitState() throws IOException {
      String state = states.readLine();
      if (state == null) {
        checkExit(process);
      }
      if (!("{\"open\":" + connections + "}").equals(state)) {
        throw new IOException("idle connections: " + state + ", expected " + connections);
      }
    }

    /// Closes the connections; all of them must have been open until now.
    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      awaitState();
      checkExit(process);
    }
  }

  private Process start(ServerProcess server, List<String> options) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("taskset", "-c", "" + conditions.generatorCore(), Tools.java()));
    command.addAll(JavaOptions.GENERATOR);
    command.addAll(List.of("-cp", Libraries.classPath(), LoadGenerator.class.getName()));
    command.add("--port=" + server.port());
    command.add("--wire=" + (server.peer().isRaw() ? "RAW" : "WEBSOCKET"));
    command.add("--transport=" + conditions.transport());
    if (server.peer().isSecure()) {
      command.add("--tls");
    }
    command.addAll(options);
    return new ProcessBuilder(command).start();
  }

  private static void checkExit(Process process) throws IOException {
    String errors = process.errorReader().readAllAsString();
    if (!Pause.untilEnd(process, Duration.ofSeconds(10))) {
      process.destroyForcibly();
      throw new IOException("the load generator did not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(errors.strip().lines().reduce((_, last) -> last).orElse("no message"));
    }
  }
}
