/// The runnable server: its command line and its routes.
///
/// Read in this order: [Main][dev.gimlet.server.Main], `GimletCommand` and `ServeCommand` (what may
/// be written on the command line), `ServerRoutes` (what is served), [dev.gimlet.server.chat].
///
/// Only this package reads the command line, prints, and ends the process.
///
/// Commands run on the main thread; a shutdown hook stops the server.
@NullMarked
package dev.gimlet.server;

import org.jspecify.annotations.NullMarked;
