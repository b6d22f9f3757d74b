/// Who a client is, whether it may come in, and who is there.
///
/// Read in this order: `Client`, `TrustedProxies`; `Admission`, `Seat`; `ConnectionTable`. An
/// `Entrance` is all of them for one server.
///
/// Nothing here knows a socket or Netty: addresses and header fields go in as what they are.
@NullMarked
package dev.gimlet.entrance;

import org.jspecify.annotations.NullMarked;
