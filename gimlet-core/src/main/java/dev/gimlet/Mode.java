package dev.gimlet;

import java.util.Arrays;
import java.util.Locale;

/// Whether a program is being developed or in use.
public enum Mode {
  /// The banner lists the routes.
  DEV,

  /// The banner is short.
  PROD;

  /// The mode that the environment variable `GIMLET_MODE` names, `dev` or `prod`; default dev.
  ///
  /// @throws IllegalArgumentException when it names another
  static Mode ofEnvironment() {
    return parse(System.getenv().getOrDefault("GIMLET_MODE", "dev"));
  }

  static Mode parse(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.toString().equals(name.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("GIMLET_MODE is \"" + name + "\", use dev or prod"));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
