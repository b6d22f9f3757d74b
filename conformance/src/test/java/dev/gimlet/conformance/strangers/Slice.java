package dev.gimlet.conformance.strangers;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How many combinations run: a few every day, all of them with the profile `strangers`.
enum Slice {
  /// Windows of one length.
  EVERYDAY {
    @Override
    Stream<Offer> offers() {
      return Offer.all(List.of(Offer.ABSENT, "9"), List.of(Offer.ABSENT, "9"));
    }

    @Override
    Stream<Offer> offersForLargeMessages() {
      return Stream.of(new Offer(false, false, Offer.ABSENT, Offer.BARE));
    }
  },

  /// Windows of every length; for large messages only the widest and the narrowest.
  ALL {
    @Override
    Stream<Offer> offers() {
      return Offer.all(windowsAnd(Offer.ABSENT), windowsAnd(Offer.ABSENT, Offer.BARE));
    }

    @Override
    Stream<Offer> offersForLargeMessages() {
      return Offer.all(List.of(Offer.ABSENT, "8"), List.of(Offer.BARE, "9"));
    }
  };

  private static final int KIB = 1 << 10;

  /// Around every form of the length field (RFC 6455 §5.2).
  static final List<Integer> SIZES =
      List.of(0, 1, 125, 126, 127, 128, KIB, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1);

  static final List<Integer> LARGE_SIZES = List.of(KIB * KIB, 16 * KIB * KIB);

  /// The slice of this build's profile.
  static Slice ofBuild() {
    String name = System.getProperty("gimlet.strangers", EVERYDAY.name());
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /// What is offered for messages of up to 64 KiB.
  abstract Stream<Offer> offers();

  /// What is offered for messages of 1 and 16 MiB.
  abstract Stream<Offer> offersForLargeMessages();

  private static List<String> windowsAnd(String... others) {
    return Stream.concat(
            Stream.of(others), IntStream.rangeClosed(8, 15).mapToObj(Integer::toString))
        .toList();
  }
}
