package dev.gimlet.spi;

import java.util.Optional;

/// The broker has it: where a publication is in the room's history. Immutable.
///
/// The position is empty in a room without history. It was repeated when an earlier publish with
/// the same idempotency key was found: then the position is that one's, and nothing was published.
public record Published(Optional<Position> position, boolean repeated) {}
