/// What a program may put in the place of Gimlet's own parts, or listen to.
///
/// Read in this order: [ServerEvents][dev.gimlet.spi.ServerEvents] (logs and metrics),
/// [JsonCodec][dev.gimlet.spi.JsonCodec] (another JSON library), [Broker][dev.gimlet.spi.Broker]
/// with [Publication][dev.gimlet.spi.Publication] and [Position][dev.gimlet.spi.Position] (what
/// carries rooms between nodes), [PresenceStore][dev.gimlet.spi.PresenceStore] (who is in them).
///
/// Implementations are called from event loops and virtual threads alike: each type says which.
@NullMarked
package dev.gimlet.spi;

import org.jspecify.annotations.NullMarked;
