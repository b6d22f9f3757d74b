package dev.gimlet.exchange;

import dev.gimlet.entrance.Client;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.HttpException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// Where the answer to a request goes; called by any thread, and answered once.
public interface Answering {
  void answer(Response response);

  /// Whether the connection, if it is upgraded, may keep its compressors between messages; it then
  /// counts until it ends.
  boolean mayRemember();

  void upgrade(Upgrade upgrade);

  /// Begins an answer that goes on, with these fields in its head.
  EventStream stream(
      List<ResponseFields.Field> fields, InetSocketAddress client, Optional<String> user);

  /// Whether the server is going down: nothing that lasts may begin.
  boolean isDraining();

  /// Counts a WebSocket or a stream of that client and user before it begins.
  ///
  /// @throws HttpException 503 when a limit is reached
  void admit(Client client, Optional<String> user);
}
