package dev.gimlet.benchmarks;

import java.util.List;
import java.util.Locale;

/// One kind of work that every server is given. Immutable.
///
/// `inFlight` are the messages under way, on each connection or, when broadcasting, in all.
record Case(
    Kind kind, String label, int connections, int inFlight, int payloadBytes, String title) {

  /// Members that do not read, where some are measured beside them: one of ten.
  int stalled() {
    return kind == Kind.STALLED ? connections / 10 : 0;
  }

  /// What the load generator does.
  enum Kind {
    /// Every connection sends text and gets it back.
    ECHO,
    /// The same with binary messages.
    ECHO_BINARY,
    /// One connection sends, all of them get it.
    BROADCAST,
    /// A hundred connections send by turns, all of them get it.
    BROADCAST_OF_MANY,
    /// One connection sends at a fixed rate; how long it takes, also while some do not read.
    STALLED,
    /// Connections that say nothing.
    IDLE
  }

  private static final int KIB = 1 << 10;
  private static final int PUBLISHERS = 100;

  private static final List<Case> ALL =
      List.of(
          echo("echo-32", 100, 1, 32),
          echo("echo-32-x16", 100, 16, 32),
          echo("echo-128-c1000", 1_000, 1, 128),
          echo("echo-16k", 100, 1, 16 * KIB),
          new Case(
              Kind.ECHO_BINARY,
              "echo-16k-binary",
              100,
              1,
              16 * KIB,
              "Echo: 100 connections, 1 in flight, 16 KiB binary"),
          broadcast("broadcast-1k", 1_000),
          broadcast("broadcast-10k", 10_000),
          broadcastOfMany("broadcast-1k-of-100", 1_000),
          stalled("stalled-1k", 1_000),
          idle(15_000));

  private static final List<Case> QUICK =
      List.of(
          echo("echo-32", 100, 1, 32),
          echo("echo-32-x16", 100, 16, 32),
          echo("echo-16k", 100, 1, 16 * KIB),
          broadcast("broadcast-1k", 1_000),
          broadcastOfMany("broadcast-1k-of-100", 1_000),
          stalled("stalled-1k", 1_000),
          idle(1_000));

  static List<Case> all(boolean quick) {
    return quick ? QUICK : ALL;
  }

  /// What is counted.
  String unit() {
    return isRoom() ? "delivery" : "message";
  }

  /// Whether the server can be given this: raw TCP waits for members that do not read.
  boolean suits(Peer peer) {
    return kind != Kind.STALLED || !peer.isRaw();
  }

  /// Whether it is measured how many messages there are, and what each costs.
  boolean isSpeed() {
    return switch (kind) {
      case ECHO, ECHO_BINARY, BROADCAST, BROADCAST_OF_MANY -> true;
      case STALLED, IDLE -> false;
    };
  }

  /// Whether what one connection sends goes to all.
  boolean isRoom() {
    return switch (kind) {
      case BROADCAST, BROADCAST_OF_MANY, STALLED -> true;
      case ECHO, ECHO_BINARY, IDLE -> false;
    };
  }

  private static Case echo(String label, int connections, int inFlight, int payloadBytes) {
    String size = payloadBytes < KIB ? payloadBytes + " B" : payloadBytes / KIB + " KiB";
    String title =
        String.format(
            Locale.ROOT,
            "Echo: %,d connections, %d in flight, %s text",
            connections,
            inFlight,
            size);
    return new Case(Kind.ECHO, label, connections, inFlight, payloadBytes, title);
  }

  /// One publication at a time: with two it would be left to chance whether they leave in one
  /// write.
  private static Case broadcast(String label, int members) {
    String title =
        String.format(
            Locale.ROOT, "Broadcast: 128 B text to %,d members, 1 publication under way", members);
    return new Case(Kind.BROADCAST, label, members, 1, 128, title);
  }

  private static Case broadcastOfMany(String label, int members) {
    String title =
        String.format(
            Locale.ROOT,
            "Broadcast: 128 B text to %,d members, %d of them publish",
            members,
            PUBLISHERS);
    return new Case(Kind.BROADCAST_OF_MANY, label, members, PUBLISHERS, 128, title);
  }

  /// So large that sockets, 3 MB of Linux each, and outboxes of those that do not read are full
  /// soon.
  private static Case stalled(String label, int members) {
    String title =
        String.format(
            Locale.ROOT,
            "Slow members: 32 KiB text to %,d members 20 times a second, while %d do not read",
            members,
            members / 10);
    return new Case(Kind.STALLED, label, members, 1, 32 * KIB, title);
  }

  private static Case idle(int connections) {
    String title = String.format(Locale.ROOT, "Memory: %,d idle connections", connections);
    return new Case(Kind.IDLE, "idle", connections, 0, 0, title);
  }
}
