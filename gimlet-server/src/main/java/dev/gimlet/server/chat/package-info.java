/// The chat: rooms in which raw WebSocket members and people with a name meet.
///
/// Read in this order: [ChatEndpoint][dev.gimlet.server.chat.ChatEndpoint] (what opens a
/// connection), `PersonListener` and `RawListener` (one per connection), `PersonMember` (a person
/// in the room), `PageMessage` and `PeopleNews` (what pages are told, made once for all of them),
/// `ChatJson` (the wire).
///
/// Nothing here keeps anything about a room but its members on this node: messages, history and
/// presence are the room's, so that the chat is the same on several nodes.
///
/// Listeners are confined to their event loop; members are called as rooms say.
@NullMarked
package dev.gimlet.server.chat;

import org.jspecify.annotations.NullMarked;
