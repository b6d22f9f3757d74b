package dev.gimlet.entrance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.HttpException;
import dev.gimlet.websocket.RateLimit;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdmissionTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 2000;

  private long nanos;

  @Test
  void letsInAsManyAsThereMayBeInAll() {
    Admission admission = admission(ConnectionLimits.builder().total(2));
    Seat first = admission.newSeat();
    admission.newSeat();
    Seat third = admission.newSeat();

    assertRefused(third, "192.0.2.1", null, "the server has its limit of 2 connections");
    close(first);
    assertAdmitted(third, "192.0.2.1", null);

    assertThat(admission.taken()).isEqualTo(2);
  }

  @Test
  void letsInAsManyAsAnAddressMayHave() {
    Admission admission = admission(ConnectionLimits.builder().perAddress(1));
    Seat first = admission.newSeat();
    assertAdmitted(first, "2001:db8::1", null);

    assertRefused(admission.newSeat(), "2001:db8::2", null, "limit of 1 connections");
    assertAdmitted(admission.newSeat(), "2001:db8:0:1::1", null);
    first.leave();
    assertAdmitted(admission.newSeat(), "2001:db8::3", null);
  }

  @Test
  void letsInAsManyAsAUserMayHave() {
    Admission admission = admission(ConnectionLimits.builder().perUser(1));
    Seat first = admission.newSeat();
    assertAdmitted(first, "192.0.2.1", "ada");

    assertRefused(admission.newSeat(), "192.0.2.2", "ada", "this user has the limit of 1");
    assertThat(admission.addresses().of(block("192.0.2.2"))).isZero();
    assertAdmitted(admission.newSeat(), "192.0.2.2", "bob");
    first.leave();
    assertAdmitted(admission.newSeat(), "192.0.2.2", "ada");
  }

  @Test
  void letsAnyNumberInWhereTheOldestMakesRoom() {
    Admission admission = admission(ConnectionLimits.builder().perUserReplacingOldest(1));
    assertAdmitted(admission.newSeat(), "192.0.2.1", "ada");
    assertAdmitted(admission.newSeat(), "192.0.2.1", "ada");

    assertThat(admission.users().of("ada")).isEqualTo(2);
  }

  @Test
  void letsInAsManyPerSecondAsItMay() {
    Admission admission = admission(ConnectionLimits.builder().admissionRate(new RateLimit(2, 10)));
    assertAdmitted(admission.newSeat(), "192.0.2.1", null);
    assertAdmitted(admission.newSeat(), "192.0.2.1", null);

    assertRefused(admission.newSeat(), "192.0.2.1", null, "more than 2 new WebSockets and event");
    nanos += 100_000_000;
    assertAdmitted(admission.newSeat(), "192.0.2.1", null);
    assertRefused(admission.newSeat(), "192.0.2.1", null, "10 per second");
    assertThat(admission.addresses().of(block("192.0.2.1"))).isEqualTo(3);
  }

  @Test
  void exemptsThisMachineUntilALimitIsSet() {
    Admission usual = admission(ConnectionLimits.builder());
    Admission set = admission(ConnectionLimits.builder().perAddress(1));
    assertAdmitted(usual.newSeat(), "127.0.0.1", null);
    assertAdmitted(set.newSeat(), "127.0.0.1", null);

    assertThat(usual.addresses().keys()).isZero();
    assertRefused(set.newSeat(), "127.0.0.1", null, "your address has its limit");
  }

  @Test
  void countsAProxyOnThisMachineThatHidesItsClients() {
    Admission admission = admission(ConnectionLimits.builder());
    Client client = Client.direct(address("127.0.0.1"), false).asProxy();

    admission.newSeat().admit(client, null);

    assertThat(admission.addresses().of(block("127.0.0.1"))).isEqualTo(1);
  }

  @Test
  void countsASocketUntilItIsAWebSocket() {
    Admission admission = admission(ConnectionLimits.builder().perAddress(1));
    Seat seat = admission.newSeat();

    assertThat(seat.countSocket(address("192.0.2.1"), false)).isTrue();
    assertThat(admission.newSeat().countSocket(address("192.0.2.1"), false)).isFalse();
    assertAdmitted(seat, "192.0.2.1", null);
    assertThat(admission.newSeat().countSocket(address("192.0.2.1"), false)).isTrue();
  }

  @Test
  void countsAClosedWebSocketAsASocketUntilThatIsClosed() {
    Admission admission = admission(ConnectionLimits.builder().perAddress(1));
    Seat seat = admission.newSeat();
    assertAdmitted(seat, "192.0.2.1", null);
    Seat next = admission.newSeat();
    assertThat(next.countSocket(address("192.0.2.1"), false)).isTrue();

    seat.leave();

    assertThat(admission.sockets().of(block("192.0.2.1"))).isEqualTo(2); // beyond the limit, too
    assertAdmitted(next, "192.0.2.1", null);
    assertThat(admission.newSeat().countSocket(address("192.0.2.1"), false)).isFalse();
    close(seat);
    assertThat(admission.newSeat().countSocket(address("192.0.2.1"), false)).isTrue();
  }

  @Test
  void countsNothingForASocketThatIsGone() {
    Admission admission = admission(ConnectionLimits.builder().perAddress(1).total(1));
    Seat seat = admission.newSeat();
    close(seat);
    close(seat);

    assertThat(seat.countSocket(address("192.0.2.1"), false)).isTrue();
    assertAdmitted(seat, "192.0.2.1", "ada");

    assertThat(admission.taken()).isZero();
    assertThat(admission.sockets().keys()).isZero();
    assertThat(admission.addresses().keys()).isZero();
    assertThat(admission.users().keys()).isZero();
  }

  @Test
  void spreadsThoseWhoComeBack() {
    Admission admission = admission(ConnectionLimits.builder().total(1));
    admission.newSeat();
    Set<String> waits = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      waits.add(admission.full().headerFields().get("Retry-After"));
    }

    assertThat(waits).hasSize(11).contains("5", "15");
  }

  @Test
  void forgetsAMillionAddresses() {
    Admission admission = admission(ConnectionLimits.builder());
    int added = 0;
    for (int i = 0; i < 1_000_000; i++) {
      AddressBlock block = new AddressBlock(false, i);
      added += admission.addAddress(block) ? 1 : 0;
      admission.removeAddress(block);
    }

    assertThat(added).isEqualTo(1_000_000);
    assertThat(admission.addresses().keys()).isZero();
  }

  /// Threads take, leave and close in every order; no limit is ever exceeded, and nothing remains.
  @Test
  void keepsEveryLimitWhileThreadsMeet() throws Exception {
    Admission admission = admission(ConnectionLimits.builder().total(12).perAddress(5).perUser(3));
    AtomicInteger ofAda = new AtomicInteger();
    AtomicInteger admitted = new AtomicInteger();
    List<Future<?>> ends = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int thread = 0; thread < THREADS; thread++) {
        ends.add(threads.submit(() -> comeAndGo(admission, ofAda, admitted)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }

    assertThat(admitted.get()).isPositive();
    assertThat(admission.taken()).isZero();
    assertThat(admission.sockets().keys()).isZero();
    assertThat(admission.addresses().keys()).isZero();
    assertThat(admission.users().keys()).isZero();
  }

  private static void comeAndGo(Admission admission, AtomicInteger ofAda, AtomicInteger admitted) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int round = 0; round < ROUNDS; round++) {
      Seat seat = admission.newSeat();
      InetSocketAddress address = address("192.0.2." + random.nextInt(1, 4));
      boolean counted = seat.countSocket(address, false);
      Thread closer = random.nextInt(4) == 0 ? Thread.startVirtualThread(() -> close(seat)) : null;
      if (counted && admits(seat, address)) {
        admitted.incrementAndGet();
        if (closer == null) {
          assertThat(ofAda.incrementAndGet()).isLessThanOrEqualTo(3);
          assertThat(admission.taken()).isLessThanOrEqualTo(12);
          ofAda.decrementAndGet();
          seat.leave();
        }
      }
      close(seat);
      join(closer);
    }
  }

  private static void join(@Nullable Thread closer) {
    try {
      if (closer != null) {
        closer.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean admits(Seat seat, InetSocketAddress address) {
    try {
      seat.admit(Client.direct(address, false), "ada");
      return true;
    } catch (HttpException refused) {
      assertThat(refused.status()).isEqualTo(503);
      return false;
    }
  }

  private Admission admission(ConnectionLimits.Builder limits) {
    return new Admission(limits.build(), limits.build().total().orElse(100), () -> nanos);
  }

  private static void assertAdmitted(Seat seat, String address, @Nullable String user) {
    assertThatNoException()
        .isThrownBy(() -> seat.admit(Client.direct(address(address), false), user));
  }

  private static void assertRefused(
      Seat seat, String address, @Nullable String user, String reason) {
    assertThatExceptionOfType(HttpException.class)
        .isThrownBy(() -> seat.admit(Client.direct(address(address), false), user))
        .withMessageContaining(reason)
        .matches(refusal -> refusal.status() == 503)
        .matches(refusal -> refusal.headerFields().containsKey("Retry-After"));
  }

  private static void close(Seat seat) {
    seat.end();
  }

  private static InetSocketAddress address(String text) {
    return new InetSocketAddress(IpLiteral.parse(text).orElseThrow(), 1);
  }

  private static AddressBlock block(String text) {
    return AddressBlock.of(IpLiteral.parse(text).orElseThrow());
  }
}
