package dev.gimlet.transport;

import dev.gimlet.http.HttpException;
import java.util.Optional;

/// Where the answer to a request goes; called once, by any thread.
interface Answering {
  void answer(Response response);

  void upgrade(Upgrade upgrade);

  /// Counts a WebSocket of that client and user before its upgrade.
  ///
  /// @throws HttpException 503 when a limit is reached
  void admit(Client client, Optional<String> user);
}
