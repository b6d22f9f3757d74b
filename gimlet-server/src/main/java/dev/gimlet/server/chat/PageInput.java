package dev.gimlet.server.chat;

/// What a chat page sends. Immutable.
sealed interface PageInput permits Line, PageInput.Question {

  /// The most that is read: JSON may escape each byte of a text with six, and has an id and names.
  int MAX_BYTES = 6 * Line.MAX_TEXT_BYTES + (1 << 10);

  /// Whether anybody is there: a page cannot see pings, and wants to know that its connection
  /// lives.
  record Question() implements PageInput {}
}
