/// Gimlet: HTTP and WebSocket for Java.
///
/// Read in this order: [Gimlet][dev.gimlet.Gimlet], the program;
/// [ServerOptions][dev.gimlet.ServerOptions], what it may choose;
/// [RunningServer][dev.gimlet.RunningServer], the program while it runs. Handlers and the request
/// are in `dev.gimlet.http`, WebSockets in `dev.gimlet.websocket`.
///
/// Nothing here does the work: this package puts routing, rooms and the transport together.
///
/// A program registers its routes on one thread; a running server is thread-safe.
@NullMarked
package dev.gimlet;

import org.jspecify.annotations.NullMarked;
