/// The door to rooms for everything that speaks HTTP and no WebSocket: `curl`, scripts, servers,
/// and `EventSource` in pages.
///
/// Read in this order: [RoomRoutes][dev.gimlet.server.rooms.RoomRoutes], `EventsEndpoint` (listen),
/// `PublishEndpoint` (publish), [ApiKeys][dev.gimlet.server.rooms.ApiKeys] (who may).
///
/// Handlers run on virtual threads; members are called as rooms say.
@NullMarked
package dev.gimlet.server.rooms;

import org.jspecify.annotations.NullMarked;
