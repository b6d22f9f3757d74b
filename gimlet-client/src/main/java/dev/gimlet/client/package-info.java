/// WebSocket clients that come back by themselves.
///
/// Read in this order: [WebSocketClient][dev.gimlet.client.WebSocketClient],
/// [ClientListener][dev.gimlet.client.ClientListener] (event style),
/// [LoopLink][dev.gimlet.client.LoopLink] (loop style),
/// [ClientOptions][dev.gimlet.client.ClientOptions], [Ending][dev.gimlet.client.Ending] (why a
/// connection ended, and whether the client comes back); inside, `Reconnection` decides and
/// `ReconnectingLink` acts.
///
/// Nothing here touches a socket, and what decides reads no clock: sockets are the transport's.
///
/// Values are immutable; clients and links are thread-safe; listeners are called on event loops.
@NullMarked
package dev.gimlet.client;

import org.jspecify.annotations.NullMarked;
