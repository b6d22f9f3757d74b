/// Numbers about a running server, for Prometheus.
///
/// Read in this order: [ServerMetrics][dev.gimlet.server.metrics.ServerMetrics] (hears what happens
/// and counts), `CloseClass` and `Refusal` (the fixed sets of labels).
///
/// Nothing here takes a label from what a peer sends: what peers can choose would grow without
/// bound.
///
/// Counted on any thread, read by the thread of a scrape.
@NullMarked
package dev.gimlet.server.metrics;

import org.jspecify.annotations.NullMarked;
