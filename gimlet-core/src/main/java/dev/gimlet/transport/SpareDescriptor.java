package dev.gimlet.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A file descriptor that is kept back for the moment in which there is no other.
///
/// Telling of that moment may load classes, time zones or message bundles for the first time, each
/// from a file. Without this, the failure to log ends the event loop. It also is what a connection
/// needs that is accepted only to be closed. Owned by its event loop.
final class SpareDescriptor implements AutoCloseable {

  private @Nullable SocketChannel kept; // connected to nothing; null when it could not be had

  /// Keeps one back, if there is one.
  void keep() {
    try {
      if (kept == null) {
        kept = SocketChannel.open();
      }
    } catch (IOException none) {
      // there will be another time
    }
  }

  /// Runs a task with one descriptor free.
  void lendTo(Runnable task) {
    close();
    try {
      task.run();
    } finally {
      keep();
    }
  }

  @Override
  public void close() {
    SocketChannel open = kept;
    kept = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failed) {
        // it was connected to nothing
      }
    }
  }
}
