package dev.gimlet.server.chat;

import dev.gimlet.websocket.Text;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last messages of a room, encoded: at most 50 and at most 256 KiB.
///
/// Owned by its room: every method is called under the room's lock.
final class ChatHistory {

  static final int MAX_MESSAGES = 50;
  static final int MAX_BYTES = 256 << 10;

  private final Deque<Text> messages = new ArrayDeque<>();
  private int bytes;

  void add(Text encoded) {
    messages.addLast(encoded);
    bytes += encoded.size();
    while (messages.size() > MAX_MESSAGES || bytes > MAX_BYTES) {
      bytes -= messages.removeFirst().size();
    }
  }

  /// Oldest first.
  List<Text> messages() {
    return List.copyOf(messages);
  }
}
