package dev.gimlet.server.chat;

/// What a chat page sends. Immutable.
sealed interface PageInput permits Line, PageInput.Question {

  /// Whether anybody is there: a page cannot see pings, and wants to know that its connection
  /// lives.
  record Question() implements PageInput {}
}
