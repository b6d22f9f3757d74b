/// Rooms: named topics whose members all get what is published.
///
/// Read in this order: [Room][dev.gimlet.room.Room], [RoomOptions][dev.gimlet.room.RoomOptions],
/// [Member][dev.gimlet.room.Member], [Rooms][dev.gimlet.room.Rooms]; behind them `LiveRoom` (who is
/// there), `MemberGroup` (delivery, one for each event loop), `MemberFeed` (coming back with a
/// position), [InMemoryBroker][dev.gimlet.room.InMemoryBroker].
///
/// Rooms know connections only by their public face and never import the transport. They read no
/// clock and start no timer of their own: both are passed in.
///
/// Handles, rooms and brokers are thread-safe; what hides in a room says whose lock guards it.
@NullMarked
package dev.gimlet.room;

import org.jspecify.annotations.NullMarked;
