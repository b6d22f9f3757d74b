/// The load generator: connections that send and count, as cheaply as they can.
///
/// Read in this order: [Clients][dev.gimlet.server.load.Clients] (all connections),
/// [Messages][dev.gimlet.server.load.Messages] (what is sent, and how it is recognised), the loads
/// [EchoLoad][dev.gimlet.server.load.EchoLoad],
/// [BroadcastLoad][dev.gimlet.server.load.BroadcastLoad] and
/// [PacedLoad][dev.gimlet.server.load.PacedLoad], and
/// [FrameReader][dev.gimlet.server.load.FrameReader], which reads what comes back.
///
/// It is a client of its own, and knows nothing of `dev.gimlet.client`: it must cost less than any
/// server it measures. Nothing here prints.
///
/// Everything that has no other owner belongs to the one event loop.
@NullMarked
package dev.gimlet.server.load;

import org.jspecify.annotations.NullMarked;
