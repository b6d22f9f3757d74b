package dev.gimlet.client;

/// What became of a message given to [ClientLink#send].
///
/// A message that does not reach the server is told once: here, as [#REFUSED] or [#CLOSED], or
/// later through [ClientListener#onUnsent]. Of those that were [#SENT] when a connection broke it
/// tells the newest, as far back as [ClientOptions#offlineBytes()] reach, and none where
/// [ClientOptions#confirmInterval()] is zero.
public enum SendOutcome {
  /// It is on its way.
  SENT,

  /// It waits for a connection, or for room in its outbox.
  QUEUED,

  /// It cannot leave now and is thrown away; [ClientListener#onUnsent] tells which.
  DROPPED,

  /// It cannot leave now, and there is no place to wait: nobody else will be told.
  REFUSED,

  /// The link has ended, or is about to: nobody else will be told.
  CLOSED
}
