package dev.gimlet.room;

import dev.gimlet.spi.Retention;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a room does besides passing publications on; by default nothing. Immutable.
///
/// ```java
/// app.rooms("chat:*", RoomOptions.builder().history(100, Duration.ofMinutes(10)).presence().build());
/// ```
public final class RoomOptions {

  private static final RoomOptions DEFAULTS = builder().build();

  private final Retention retention;
  private final boolean presence;
  private final boolean notices;
  private final @Nullable Duration conflationInterval; // null without conflation

  private RoomOptions(Builder builder) {
    retention = builder.retention;
    presence = builder.presence;
    notices = builder.notices;
    conflationInterval = builder.conflationInterval;
  }

  /// No history, no presence, no notices, every publication delivered.
  public static RoomOptions defaults() {
    return DEFAULTS;
  }

  /// Options to choose.
  public static Builder builder() {
    return new Builder();
  }

  /// How much history there is; default [Retention#NONE].
  public Retention retention() {
    return retention;
  }

  /// Whether [Room#presence(int)] knows who is there; default no.
  public boolean hasPresence() {
    return presence;
  }

  /// Whether members hear who comes and goes; default no.
  public boolean hasNotices() {
    return notices;
  }

  /// How often a conflation key is delivered at most; empty, the default, delivers all.
  public Optional<Duration> conflationInterval() {
    return Optional.ofNullable(conflationInterval);
  }

  /// Collects options; owned by the thread that builds.
  public static final class Builder {

    private static final Duration MAX_INTERVAL = Duration.ofHours(1);

    private Retention retention = Retention.NONE;
    private boolean presence;
    private boolean notices;
    private @Nullable Duration conflationInterval;

    private Builder() {}

    /// Keeps the newest publications, at most that many, and at most for that time.
    ///
    /// @throws IllegalArgumentException when the size is not 1 to 100,000, or the age not positive
    ///   or more than ten years, [Retention#MAX_AGE]
    public Builder history(int size, Duration age) {
      if (size == 0) {
        throw new IllegalArgumentException("history of 0 publications: leave it out");
      }
      retention = new Retention(size, age);
      return this;
    }

    /// Lets everybody ask who is in the room, on any node.
    public Builder presence() {
      presence = true;
      return this;
    }

    /// Tells members who came and who left, at most every 100 ms from each node, and at most
    /// [20][dev.gimlet.spi.PresenceNotice#MAX_NAMED] of each by name. Includes [#presence()].
    public Builder notices() {
      notices = true;
      return presence();
    }

    /// Delivers only the latest publication of each [conflation
    /// key][dev.gimlet.spi.PublishOptions#conflationKey(String)], and each key at most once in the
    /// interval.
    ///
    /// @throws IllegalArgumentException when it is not more than zero and at most an hour
    public Builder conflation(Duration interval) {
      if (interval.isNegative() || interval.isZero() || interval.compareTo(MAX_INTERVAL) > 0) {
        throw new IllegalArgumentException(
            "conflation with an interval of " + interval + ": use more than zero, at most an hour");
      }
      conflationInterval = interval;
      return this;
    }

    /// The options.
    ///
    /// @throws IllegalArgumentException when there are both history and conflation
    public RoomOptions build() {
      if (retention.keeps() && conflationInterval != null) {
        throw new IllegalArgumentException(
            "history and conflation in one room: history promises every publication, conflation"
                + " leaves some out; choose one");
      }
      return new RoomOptions(this);
    }
  }
}
