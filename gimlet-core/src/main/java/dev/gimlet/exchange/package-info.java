/// One request and its answer in states and bytes: between the socket and the program.
///
/// Read in this order: `HeadCheck`, `RequestAssembly`, `Request`; `RequestTask`, `HttpExchange`;
/// `Response`, `ResponseWriter`. What a connection has to do is behind `Answering`.
///
/// Nothing here knows a socket or an event loop.
@NullMarked
package dev.gimlet.exchange;

import org.jspecify.annotations.NullMarked;
