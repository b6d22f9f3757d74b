/// The Autobahn test suite, run against a server and a client of this build.
///
/// Read [AutobahnTest] for what is asked of which ways to answer, [AutobahnClientTest] for the
/// other end, [FuzzingClient] and [FuzzingServer] for how the suite runs, and [CaseSelection] for
/// how many cases there must be. The suite is Python of 2013 that Jython runs in a process of its
/// own; the build unpacks both into `target/autobahn`.
///
/// Nothing here knows the suite's cases one by one, but for the three that the RFC leaves open.
///
/// Everything here is confined to its caller's thread.
@NullMarked
package dev.gimlet.conformance.autobahn;

import org.jspecify.annotations.NullMarked;
