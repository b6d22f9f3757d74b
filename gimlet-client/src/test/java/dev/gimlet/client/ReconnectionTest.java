package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.client.Ending.Closed;
import dev.gimlet.client.Ending.Refused;
import dev.gimlet.client.Ending.Unreachable;
import dev.gimlet.client.Reconnection.State;
import dev.gimlet.websocket.CloseStatus;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every order of events, with a clock in the hand.
class ReconnectionTest {

  private static final URI ONE = URI.create("ws://one/");
  private static final URI TWO = URI.create("ws://two/");
  private static final Ending AWAY = new Unreachable("away");
  private static final Ending GONE = new Refused(404, "gone", Optional.empty());
  private static final Ending BROKEN =
      new Closed(new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, ""));
  private static final CloseStatus NORMAL = CloseStatus.NORMAL_CLOSURE;

  /// Writes down what is to be done.
  private static final class Deeds implements Reconnection.Actions {

    private final List<String> log = new ArrayList<>();
    private final List<Reconnecting> waits = new ArrayList<>();
    private int ticket;

    @Override
    public void delay(int due, Duration delay) {
      ticket = due;
      log.add("delay");
    }

    @Override
    public void prepare(int due, ConnectRequest request) {
      ticket = due;
      log.add("prepare " + request.uri().getHost() + " " + request.failures());
    }

    @Override
    public void dial(int due, ConnectRequest request) {
      log.add("dial " + request.uri().getHost());
    }

    @Override
    public void abandon() {
      log.add("abandon");
    }

    @Override
    public void closeConnection(CloseStatus status) {
      log.add("close " + status.code());
    }

    @Override
    public void onReconnecting(Reconnecting next) {
      waits.add(next);
      log.add("reconnecting " + next.attempt());
    }

    @Override
    public void onEnded(Ending ending) {
      log.add("ended " + ending.reason());
    }

    List<String> take() {
      List<String> taken = List.copyOf(log);
      log.clear();
      return taken;
    }
  }

  private final Deeds deeds = new Deeds();
  private Reconnection machine = machine(ClientOptions.defaults(), ONE);
  private long nanos;

  private Reconnection machine(ClientOptions options, URI... addresses) {
    return new Reconnection(List.of(addresses), options, new Random(1), deeds);
  }

  @Test
  void preparesAndDials() {
    machine.start();
    machine.prepared(deeds.ticket, request(ONE));

    assertThat(deeds.take()).containsExactly("prepare one 0", "dial one");
    assertThat(machine.opened(deeds.ticket, nanos)).isTrue();
    assertThat(machine.isResumed()).isFalse();
    assertThat(machine.state()).isEqualTo(State.OPEN);
  }

  @Test
  void dialsWhatTheHookMadeOfIt() {
    machine.start();
    machine.prepared(deeds.ticket, request(TWO));

    assertThat(deeds.take()).containsExactly("prepare one 0", "dial two");
  }

  @Test
  void startsOnce() {
    machine.start();
    machine.start();

    assertThat(deeds.take()).containsExactly("prepare one 0");
  }

  @Test
  void waitsAndTriesAgainWhenAnAttemptFails() {
    machine.start();
    machine.prepared(deeds.ticket, request(ONE));

    machine.failed(deeds.ticket, AWAY, nanos);
    machine.delayOver(deeds.ticket);

    assertThat(deeds.take())
        .containsExactly("prepare one 0", "dial one", "delay", "reconnecting 1", "prepare one 1");
  }

  @Test
  void waitsWhenTheHookFails() {
    machine.start();

    machine.failed(deeds.ticket, AWAY, nanos);

    assertThat(deeds.take()).containsExactly("prepare one 0", "delay", "reconnecting 1");
  }

  @Test
  void tellsThatItIsBack() {
    open();
    assertThat(machine.isResumed()).isFalse();
    lose(BROKEN);
    reopen();

    assertThat(machine.isResumed()).isTrue();
    assertThat(machine.failures()).isEqualTo(1);
  }

  @Test
  void countsFromOneAgainOnceAConnectionHeld() {
    open();
    lose(BROKEN);
    machine.delayOver(deeds.ticket);
    machine.failed(deeds.ticket, AWAY, nanos);
    reopen();
    nanos += Duration.ofSeconds(10).toNanos();

    lose(BROKEN);

    assertThat(deeds.waits).extracting(Reconnecting::attempt).containsExactly(1, 2, 1);
  }

  @Test
  void goesOnCountingWhenConnectionsDoNotHold() {
    open();
    for (int i = 0; i < 4; i++) {
      lose(BROKEN);
      reopen();
      nanos += Duration.ofMillis(9999).toNanos();
    }

    assertThat(deeds.waits).extracting(Reconnecting::attempt).containsExactly(1, 2, 3, 4);
  }

  @Test
  void triesTheNextAddressAfterAFailureAndTheSameAfterALoss() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    machine.start();
    machine.failed(deeds.ticket, AWAY, nanos);
    machine.delayOver(deeds.ticket);
    machine.prepared(deeds.ticket, request(TWO));
    machine.opened(deeds.ticket, nanos);
    lose(BROKEN);
    machine.delayOver(deeds.ticket);
    machine.failed(deeds.ticket, AWAY, nanos);
    machine.delayOver(deeds.ticket);

    assertThat(deeds.take())
        .filteredOn(deed -> deed.startsWith("prepare"))
        .containsExactly("prepare one 0", "prepare two 1", "prepare two 2", "prepare one 3");
  }

  @Test
  void triesTheOtherAddressesWhenOneAnswersForGood() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    machine.start();

    fail(GONE, AWAY, GONE);
    assertThat(machine.state()).isEqualTo(State.WAITING);
    fail(new Ending.NotWebSocket("no"));

    assertThat(deeds.take())
        .filteredOn(deed -> deed.startsWith("prepare") || deed.startsWith("ended"))
        .containsExactly(
            "prepare one 0", "prepare two 1", "prepare one 2", "prepare two 3", "ended no");
  }

  @Test
  void asksAllAddressesAgainAfterAConnection() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    machine.start();
    fail(GONE);
    reopen();
    lose(BROKEN);

    fail(GONE);

    assertThat(machine.state()).isEqualTo(State.WAITING);
    fail(GONE);
    assertThat(machine.state()).isEqualTo(State.ENDED);
  }

  @Test
  void triesEachAddressOnceWhenItMayNotTryAgain() {
    machine = machine(ClientOptions.builder().noReconnect().build(), ONE, TWO);
    machine.start();

    fail(AWAY, AWAY);

    assertThat(deeds.take())
        .containsExactly("prepare one 0", "delay", "reconnecting 1", "prepare two 1", "ended away");
  }

  @Test
  void takesTheLastWordOfOneServerForAll() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    open();

    lose(new Closed(NORMAL));

    assertThat(machine.state()).isEqualTo(State.ENDED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1002, 1003, 1007, 1009, 1010, 3500, 3999, 4500, 4999})
  void endsOnCodesThatMeanDoNotComeBack(int code) {
    open();

    lose(new Closed(new CloseStatus(code, "")));

    assertThat(machine.state()).isEqualTo(State.ENDED);
    assertThat(deeds.take()).last().isEqualTo("ended closed with " + code);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1001, 1005, 1006, 1008, 1011, 1012, 1013, 1014, 1015, 3000, 3499, 4000, 4499})
  void comesBackOnAllOtherCodes(int code) {
    open();

    lose(new Closed(new CloseStatus(code, "")));

    assertThat(machine.state()).isEqualTo(State.WAITING);
  }

  @ParameterizedTest
  @CsvSource({
    "200, ENDED", "301, ENDED", "400, ENDED", "401, ENDED", "403, ENDED", "404, ENDED",
    "407, ENDED", "426, ENDED", "408, WAITING", "425, WAITING", "429, WAITING", "500, WAITING",
    "502, WAITING", "503, WAITING", "504, WAITING"
  })
  void judgesTheStatusOfARefusal(int status, State state) {
    machine.start();

    machine.failed(deeds.ticket, new Refused(status, "", Optional.empty()), nanos);

    assertThat(machine.state()).isEqualTo(state);
  }

  @Test
  void endsWhenItIsNoWebSocket() {
    machine.start();

    machine.failed(deeds.ticket, new Ending.NotWebSocket("no"), nanos);

    assertThat(machine.state()).isEqualTo(State.ENDED);
  }

  @Test
  void waitsAtLeastAsLongAsTheServerAsks() {
    machine.start();

    machine.failed(deeds.ticket, new Refused(503, "", Optional.of(Duration.ofSeconds(7))), nanos);

    assertThat(deeds.waits.getFirst().delay())
        .isBetween(Duration.ofSeconds(7), Duration.ofMillis(7500));
  }

  @Test
  void makesNoOtherAddressWaitForTheOneThatAsks() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    machine.start();

    fail(busy(60));
    for (int i = 0; i < 3; i++) {
      nanos += Duration.ofSeconds(20).toNanos();
      fail(AWAY);
    }
    fail(AWAY);

    assertThat(attempts())
        .containsExactly(
            "prepare one 0", "prepare two 1", "prepare two 2", "prepare two 3", "prepare one 4");
    assertThat(deeds.waits)
        .allSatisfy(wait -> assertThat(wait.delay()).isLessThan(Duration.ofSeconds(8)));
  }

  @Test
  void waitsForTheAddressThatAsksForLeastWhenAllAsk() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    machine.start();

    fail(busy(60));
    nanos += Duration.ofSeconds(1).toNanos();
    fail(busy(300));
    machine.delayOver(deeds.ticket);

    assertThat(attempts()).containsExactly("prepare one 0", "prepare two 1", "prepare one 2");
    assertThat(deeds.waits.getLast().delay())
        .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(60));
  }

  @Test
  void endsForNoWordOfTheOthersWhileOneHasAskedForTime() {
    machine = machine(ClientOptions.defaults(), ONE, TWO);
    machine.start();

    fail(busy(60), GONE, GONE);

    assertThat(machine.state()).isEqualTo(State.WAITING);
  }

  private static Ending busy(int seconds) {
    return new Refused(503, "", Optional.of(Duration.ofSeconds(seconds)));
  }

  private List<String> attempts() {
    return deeds.take().stream().filter(deed -> deed.startsWith("prepare")).toList();
  }

  @Test
  void endsAfterTheLastAttempt() {
    machine = machine(ClientOptions.builder().reconnectAttempts(2).build(), ONE);
    machine.start();
    for (int i = 0; i < 3; i++) {
      machine.failed(deeds.ticket, AWAY, nanos);
      machine.delayOver(deeds.ticket);
    }

    assertThat(deeds.take())
        .containsExactly(
            "prepare one 0",
            "delay",
            "reconnecting 1",
            "prepare one 1",
            "delay",
            "reconnecting 2",
            "prepare one 2",
            "ended away");
  }

  @Test
  void neverTriesAgainWhenItMayNot() {
    machine = machine(ClientOptions.builder().noReconnect().build(), ONE);
    open();

    lose(BROKEN);

    assertThat(machine.state()).isEqualTo(State.ENDED);
  }

  @Test
  void closesAConnectionThatIsOpenAndEndsWithIt() {
    open();
    deeds.take();

    machine.close(NORMAL);
    machine.close(CloseStatus.GOING_AWAY);
    lose(new Closed(NORMAL));

    assertThat(deeds.take()).containsExactly("close 1000", "ended closed with 1000");
  }

  @Test
  void endsAtOnceWhenThereIsNothingToClose() {
    machine.close(NORMAL);

    assertThat(deeds.take()).containsExactly("abandon", "ended closed with 1000");
  }

  @Test
  void abandonsAWaitWhenItIsClosed() {
    machine.start();
    machine.failed(deeds.ticket, AWAY, nanos);
    int waiting = deeds.ticket;
    machine.close(NORMAL);
    deeds.take();

    machine.delayOver(waiting);
    machine.retryNow();

    assertThat(deeds.take()).isEmpty();
  }

  @Test
  void wantsNoConnectionThatComesAfterItsClose() {
    machine.start();
    machine.prepared(deeds.ticket, request(ONE));
    machine.close(NORMAL);

    assertThat(machine.opened(deeds.ticket, nanos)).isFalse();
    machine.failed(deeds.ticket, AWAY, nanos);
    machine.lost(deeds.ticket, BROKEN, nanos);
    assertThat(machine.state()).isEqualTo(State.ENDED);
  }

  @Test
  void doesNotWaitWhenItIsToldNotTo() {
    machine.start();
    machine.failed(deeds.ticket, AWAY, nanos);
    int waiting = deeds.ticket;
    deeds.take();

    machine.retryNow();
    machine.delayOver(waiting);
    machine.retryNow();

    assertThat(deeds.take()).containsExactly("abandon", "prepare one 1");
  }

  /// Events in random order, early, late and twice: the machine never does two things at a time,
  /// and after the end it does nothing.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void staysInOrderWhateverComes(long seed) {
    Random random = new Random(seed);
    for (int life = 0; life < 2000; life++) {
      Deeds done = new Deeds();
      Reconnection one =
          new Reconnection(List.of(ONE, TWO), ClientOptions.defaults(), random, done);
      List<Integer> tickets = new ArrayList<>(List.of(0));
      for (int step = 0; step < 40; step++) {
        int ticket = tickets.get(random.nextInt(tickets.size()));
        ticket = random.nextInt(3) > 0 ? done.ticket : ticket;
        State before = one.state();
        int deedsBefore = done.log.size();
        happen(one, random, ticket);
        tickets.add(done.ticket);
        List<String> fresh = done.log.subList(deedsBefore, done.log.size());
        assertLegal(before, one.state(), fresh, seed);
      }
      assertThat(done.log.stream().filter(deed -> deed.startsWith("ended")).count())
          .as("ends, seed %s: %s", seed, done.log)
          .isEqualTo(one.state() == State.ENDED ? 1 : 0);
      assertThat(done.waits)
          .allSatisfy(
              wait -> assertThat(wait.delay()).isBetween(Duration.ZERO, Duration.ofSeconds(20)));
    }
  }

  private static void happen(Reconnection one, Random random, int ticket) {
    long now = random.nextLong(Duration.ofMinutes(1).toNanos());
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> one.start();
      case 3, 4, 5 -> one.delayOver(ticket);
      case 6, 7, 8 -> one.prepared(ticket, request(ONE));
      case 9, 10 -> one.failed(ticket, AWAY, now);
      case 11, 12, 13 -> one.opened(ticket, now);
      case 14, 15 -> one.lost(ticket, BROKEN, now);
      case 16 -> one.lost(ticket, new Closed(new CloseStatus(4500, "")), now);
      case 17 -> one.close(NORMAL);
      default -> one.retryNow();
    }
  }

  private static void assertLegal(State before, State after, List<String> deeds, long seed) {
    String what = before + " → " + after + ", seed " + seed + ": " + deeds;
    if (before == State.ENDED) {
      assertThat(deeds).as(what).isEmpty();
      assertThat(after).as(what).isEqualTo(State.ENDED);
    }
    if (deeds.contains("delay")) {
      assertThat(after).as(what).isEqualTo(State.WAITING);
      assertThat(before).as(what).isIn(State.PREPARING, State.DIALLING, State.OPEN);
    }
    if (deeds.stream().anyMatch(deed -> deed.startsWith("dial"))) {
      assertThat(before).as(what).isEqualTo(State.PREPARING);
    }
    if (deeds.stream().anyMatch(deed -> deed.startsWith("close"))) {
      assertThat(before).as(what).isEqualTo(State.OPEN);
      assertThat(after).as(what).isEqualTo(State.CLOSING);
    }
    if (before == State.CLOSING) {
      assertThat(after).as(what).isIn(State.CLOSING, State.ENDED);
    }
  }

  private void open() {
    machine.start();
    machine.prepared(deeds.ticket, request(ONE));
    assertThat(machine.opened(deeds.ticket, nanos)).isTrue();
  }

  private void reopen() {
    machine.delayOver(deeds.ticket);
    machine.prepared(deeds.ticket, request(ONE));
    assertThat(machine.opened(deeds.ticket, nanos)).isTrue();
  }

  /// One attempt after the other fails.
  private void fail(Ending... endings) {
    for (Ending ending : endings) {
      machine.delayOver(deeds.ticket);
      machine.failed(deeds.ticket, ending, nanos);
    }
  }

  private void lose(Ending ending) {
    machine.lost(deeds.ticket, ending, nanos);
  }

  private static ConnectRequest request(URI uri) {
    return new ConnectRequest(0, uri, List.of());
  }
}
