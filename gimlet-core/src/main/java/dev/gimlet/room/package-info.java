/// Rooms: named topics whose members all get what is published.
///
/// Read in this order: [Room][dev.gimlet.room.Room], [Rooms][dev.gimlet.room.Rooms].
///
/// Rooms know connections only by their public face and never import the transport.
///
/// Everything here is thread-safe.
@NullMarked
package dev.gimlet.room;

import org.jspecify.annotations.NullMarked;
