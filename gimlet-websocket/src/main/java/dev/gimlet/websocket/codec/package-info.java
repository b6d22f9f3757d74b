/// RFC 6455 in states and bytes, shared by server and client.
///
/// Read in this order: [WebSocketProtocol][dev.gimlet.websocket.codec.WebSocketProtocol], then what
/// it is made of: [FrameDecoder][dev.gimlet.websocket.codec.FrameDecoder],
/// [MessageAssembler][dev.gimlet.websocket.codec.MessageAssembler],
/// [FrameEncoder][dev.gimlet.websocket.codec.FrameEncoder]; before all of them,
/// [Handshake][dev.gimlet.websocket.codec.Handshake].
///
/// Nothing here reads a clock, starts a thread or touches a socket: both ends share this code.
///
/// Everything here is confined to its caller's thread.
@NullMarked
package dev.gimlet.websocket.codec;

import org.jspecify.annotations.NullMarked;
