package dev.gimlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.client.ClientException;
import dev.gimlet.client.ClientLink;
import dev.gimlet.client.ClientListener;
import dev.gimlet.client.Ending;
import dev.gimlet.client.LoopLink;
import dev.gimlet.client.Opened;
import dev.gimlet.client.Reconnecting;
import dev.gimlet.client.SendOutcome;
import dev.gimlet.client.Unsent;
import dev.gimlet.client.WebSocketClient;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `gimlet connect`: talks to any WebSocket server from a terminal or a script.
@Command(
    name = "connect",
    description = {
      "Talks to a WebSocket server: each line of standard input is sent as a",
      "text message, each message is printed as a line, binary ones as hex.",
      "At the end of input it waits for answers and closes with 1000."
    },
    mixinStandardHelpOptions = true,
    versionProvider = GimletCommand.Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.STOPPED + ":everything was sent, and the connection was closed in order",
      ExitCode.FAILED + ":no connection, or it ended early; standard error says why",
      ExitCode.BAD_COMMAND_LINE + ":the command line is wrong",
      "130:Ctrl-C, after closing with 1000; a server that does not answer has 2 s for it",
      "3:no JDK 25 was found (said by the launcher)"
    })
final class ConnectCommand implements Callable<Integer> {

  private static final Logger CLIENT_LOG = Logger.getLogger("gimlet.client");
  private static final Duration GOODBYE = Duration.ofSeconds(5); // more than the close timeout
  private static final Duration SHORT_GOODBYE = Duration.ofSeconds(2); // after Ctrl-C
  private static final Duration REST_OF_INPUT = Duration.ofMillis(500); // once nobody takes it
  private static final Duration FULL = Duration.ofMillis(5); // between two looks for room

  @Mixin private ClientFlags flags = new ClientFlags();

  @Option(names = "--no-compression", description = "Does not offer compression.")
  private boolean plain;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = TimeConverter.class,
      description = "Time for answers after the end of input; default ${DEFAULT-VALUE}.")
  private Duration wait = Duration.ofSeconds(1);

  @Option(names = "--show-pings", description = "Tells on standard error when the server pings.")
  private boolean showPings;

  @Option(
      names = "--reconnect",
      description = "Comes back by itself; lines wait until the connection is there.")
  private boolean reconnect;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final InputStream in;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch nothingToSend = new CountDownLatch(1); // or nobody to send it to
  private final CountDownLatch noMoreAnswers = new CountDownLatch(1); // or nobody waits for them
  private final AtomicBoolean lost = new AtomicBoolean(); // a message, for certain, and it was told
  private final AtomicBoolean allSent = new AtomicBoolean(); // all lines there are

  ConnectCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (WebSocketClient client = client()) {
      LoopLink link = client.open(List.of(flags.uri()), new Telling());
      try (Interruption interruption = Interruption.watch(() -> interrupt(link))) {
        talk(link, interruption);
        return exitCode(link, interruption);
      }
    } catch (ClientException failed) {
      say(ClientFlags.explained(failed));
      return ExitCode.FAILED;
    } catch (GimletException | IllegalArgumentException wrong) {
      say(wrong.getMessage() + " (gimlet connect --help shows all options)");
      return ExitCode.BAD_COMMAND_LINE;
    }
  }

  private void talk(LoopLink link, Interruption interruption) throws InterruptedException {
    Thread printer = Thread.ofVirtual().name("gimlet-print").start(() -> print(link));
    Thread input = Thread.ofVirtual().name("gimlet-input").start(() -> readInput(link));
    nothingToSend.await();
    noMoreAnswers.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    link.close();
    Duration goodbye = interruption.isAsked() ? SHORT_GOODBYE : GOODBYE;
    ended.await(goodbye.toSeconds(), TimeUnit.SECONDS);
    printer.join(goodbye);
    if (!interruption.isAsked()) {
      input.join(REST_OF_INPUT); // the server may have closed before its end was seen
    }
  }

  private void interrupt(LoopLink link) {
    nothingToSend.countDown();
    noMoreAnswers.countDown();
    link.close();
  }

  private WebSocketClient client() {
    CLIENT_LOG.setLevel(Level.SEVERE); // each failed attempt is told by this command itself
    var options = flags.options(plain);
    return WebSocketClient.create(reconnect ? options.build() : options.noReconnect().build());
  }

  private void readInput(LoopLink link) {
    Charset charset = Charset.forName(System.getProperty("stdin.encoding", UTF_8.name()));
    try {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, charset));
      String line = lines.readLine();
      while (line != null && isTaken(link, line)) {
        line = lines.readLine();
      }
      allSent.set(line == null);
    } catch (IOException unreadable) {
      say("standard input: " + unreadable.getMessage());
      lost.set(true);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      nothingToSend.countDown();
    }
  }

  /// Sends a line; false when the link has ended. Input that comes faster than the server reads
  /// waits.
  private static boolean isTaken(LoopLink link, String line) throws InterruptedException {
    SendOutcome outcome = link.send(line);
    while (outcome == SendOutcome.REFUSED) {
      Thread.sleep(FULL);
      outcome = link.send(line);
    }
    return outcome != SendOutcome.CLOSED;
  }

  private void print(LoopLink link) {
    PrintWriter out = spec.commandLine().getOut();
    for (Message message : link) {
      switch (message) {
        case Text text -> out.println(text.value());
        case Binary binary -> out.println(HexFormat.of().formatHex(binary.bytes()));
      }
      out.flush();
    }
  }

  private int exitCode(LoopLink link, Interruption interruption) {
    boolean inOrder =
        link.ending()
            .filter(ending ->
                ending instanceof Ending.Closed closed && isInOrder(closed.status().code()))
            .isPresent();
    if (!inOrder) {
      say(link.ending().map(Ending::reason).orElse("the server did not answer the close"));
      return ExitCode.FAILED;
    }
    if (!allSent.get() && !lost.get() && !interruption.isAsked()) {
      say("the server closed before the end of input");
      return ExitCode.FAILED;
    }
    return lost.get() ? ExitCode.FAILED : ExitCode.STOPPED;
  }

  private static boolean isInOrder(int code) {
    return code == CloseStatus.NORMAL_CLOSURE.code() || code == CloseStatus.NO_STATUS_RECEIVED;
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("gimlet: " + line);
    err.flush();
  }

  /// Tells on standard error what happens to the link. Immutable.
  private final class Telling implements ClientListener {

    @Override
    public void onOpen(ClientLink link, Opened opened) {
      if (opened.isResumed()) {
        say("connected again");
      }
    }

    @Override
    public void onPing(ClientLink link, ByteBuffer payload) {
      if (showPings) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        say(("ping " + HexFormat.of().formatHex(bytes)).strip());
      }
    }

    @Override
    public void onReconnecting(ClientLink link, Reconnecting next) {
      say(next.because().reason() + ", trying again in " + next.delay().toMillis() + " ms");
    }

    @Override
    public void onUnsent(ClientLink link, Unsent unsent) {
      boolean certain = unsent.fate() == Unsent.Fate.NOT_SENT;
      if (certain) {
        lost.set(true);
      }
      String fate = certain ? "not sent: " : "perhaps not received: ";
      say(fate + (unsent.message() instanceof Text text ? text.value() : "a message"));
    }

    @Override
    public void onClose(ClientLink link, Ending ending) {
      ended.countDown();
      noMoreAnswers.countDown();
      nothingToSend.countDown();
    }
  }
}
