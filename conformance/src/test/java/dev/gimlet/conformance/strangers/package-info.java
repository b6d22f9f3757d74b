/// Compression by strangers: clients of other projects against a server of this build.
///
/// Read [Offer] for what a client may ask of permessage-deflate and what it must be told, [Slice]
/// for how much of it runs, [EchoServer] for who answers, and [WsStranger] for how the client of
/// JavaScript is run. Chromium is a stranger too: its test is in `gimlet-server`, with the other
/// tests in a browser.
///
/// Nothing here uses this project's own codec.
///
/// Everything here is confined to its caller's thread.
@NullMarked
package dev.gimlet.conformance.strangers;

import org.jspecify.annotations.NullMarked;
