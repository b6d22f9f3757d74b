package dev.gimlet.client;

/// Changes what an attempt asks for: a token that is still valid, an address that is still there.
@FunctionalInterface
public interface BeforeAttempt {

  /// What to ask for instead; called before each attempt, on a virtual thread, and may block.
  ///
  /// @throws Exception the attempt has failed then, and the next one follows after a wait; so it
  ///   does after an error, and when the answer is null
  ConnectRequest prepare(ConnectRequest request) throws Exception;
}
