package dev.gimlet.spi;

/// A member as presence shows it. Immutable.
///
/// The id is the member's own, different for any two members on any nodes; one user may be present
/// several times.
public record Present(String id, String user) {}
