package dev.gimlet.entrance;

import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.HttpException;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts the connections of a server and keeps them to its limits.
///
/// Each accepted connection has a [Seat] that remembers what was counted for it.
///
/// Thread-safe: an atomic number, concurrent maps and a rate with a lock of its own.
public final class Admission {
  private static final int RATE_WAIT_SECONDS = 1; // and up to three times that
  private static final int FULL_WAIT_SECONDS = 5;

  private final ConnectionLimits limits;
  private final int total;
  private final AtomicInteger taken = new AtomicInteger();
  private final Counts<AddressBlock> sockets =
      new Counts<>(); // that are no WebSockets, or none any more
  private final Counts<AddressBlock> addresses = new Counts<>();
  private final Counts<String> users = new Counts<>();
  private final AdmissionRate rate;

  Admission(ConnectionLimits limits, int total, LongSupplier nanoTime) {
    this.limits = limits;
    this.total = total;
    rate = new AdmissionRate(limits.admissionRate(), nanoTime);
  }

  /// A connection was accepted.
  public Seat newSeat() {
    return new Seat(this);
  }

  /// Takes one of all connections, if there is one left.
  boolean take() {
    int before = taken.get();
    while (before < total) {
      int found = taken.compareAndExchange(before, before + 1);
      if (found == before) {
        return true;
      }
      before = found;
    }
    return false;
  }

  void giveBack() {
    taken.decrementAndGet();
  }

  /// What an address counts as; null when it is exempt.
  @Nullable AddressBlock blockOf(@Nullable InetAddress address, boolean proxied) {
    if (address == null) {
      return null;
    }
    boolean exempt = limits.exemptsLoopback() && !proxied && address.isLoopbackAddress();
    return exempt ? null : AddressBlock.of(address);
  }

  boolean addSocket(AddressBlock block) {
    return sockets.add(block, limits.perAddress());
  }

  /// A connection is no WebSocket any more, but still there: it counts beyond the limit, too.
  void addClosing(AddressBlock block) {
    sockets.add(block, Integer.MAX_VALUE);
  }

  void removeSocket(AddressBlock block) {
    sockets.remove(block);
  }

  boolean addAddress(AddressBlock block) {
    return addresses.add(block, limits.perAddress());
  }

  void removeAddress(AddressBlock block) {
    addresses.remove(block);
  }

  /// Counts for a user; always where the oldest makes room.
  boolean addUser(String user) {
    boolean limited = !limits.replacesOldest();
    return users.add(
        user, limited ? limits.perUser().orElse(Integer.MAX_VALUE) : Integer.MAX_VALUE);
  }

  void removeUser(String user) {
    users.remove(user);
  }

  boolean admitNow() {
    return rate.admit();
  }

  // What is said to those who are not let in

  HttpException full() {
    return refusal(
        "the server has its limit of " + total + " connections: try again later",
        FULL_WAIT_SECONDS);
  }

  /// What is said to a connection that its address may not have.
  public HttpException addressFull() {
    return refusal(
        "your address has its limit of " + limits.perAddress() + " connections: close one first",
        FULL_WAIT_SECONDS);
  }

  HttpException userFull() {
    return refusal(
        "this user has the limit of "
            + limits.perUser().orElseThrow()
            + " connections: close one first",
        FULL_WAIT_SECONDS);
  }

  HttpException tooManyAtOnce() {
    return refusal(
        "more than "
            + limits.admissionRate().burst()
            + " new WebSockets and event streams at once or "
            + limits.admissionRate().perSecond()
            + " per second: try again in a moment",
        RATE_WAIT_SECONDS);
  }

  /// Those who were refused together do not come back together.
  private static HttpException refusal(String message, int leastSeconds) {
    int seconds = ThreadLocalRandom.current().nextInt(leastSeconds, 3 * leastSeconds + 1);
    return new HttpException(503, message, Map.of("Retry-After", Integer.toString(seconds)));
  }

  // What tests compare with what connections believe

  int taken() {
    return taken.get();
  }

  Counts<AddressBlock> sockets() {
    return sockets;
  }

  Counts<AddressBlock> addresses() {
    return addresses;
  }

  Counts<String> users() {
    return users;
  }
}
