/// The chat: rooms in which raw WebSocket members and people with a name meet.
///
/// Read in this order: [ChatEndpoint][dev.gimlet.server.chat.ChatEndpoint] (what opens a
/// connection), `PersonListener` and `RawListener` (one per connection), `ChatRoom`, `Roster`,
/// `ChatHistory`, [ChatRooms][dev.gimlet.server.chat.ChatRooms].
///
/// Nothing here reads a clock or starts a thread: both are passed in, so that tests own the time.
///
/// Rooms are thread-safe, each under its own lock; what a room holds is guarded by that lock.
@NullMarked
package dev.gimlet.server.chat;

import org.jspecify.annotations.NullMarked;
