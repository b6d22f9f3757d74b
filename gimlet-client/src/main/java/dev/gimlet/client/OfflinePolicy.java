package dev.gimlet.client;

/// What becomes of messages that cannot leave now: there is no connection, or its outbox is full.
public enum OfflinePolicy {
  /// They wait in the queue and leave, in order, with the next connection. Beyond the limit of the
  /// queue `send` answers [SendOutcome#REFUSED].
  KEEP,

  /// They are thrown away and told to [ClientListener#onUnsent]: for what is stale soon. While as
  /// many as the queue may hold have not been told yet, `send` answers [SendOutcome#REFUSED].
  DROP,

  /// `send` answers [SendOutcome#REFUSED].
  FAIL
}
