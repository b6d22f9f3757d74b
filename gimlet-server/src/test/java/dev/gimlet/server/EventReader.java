package dev.gimlet.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/// Reads server-sent events as the HTML standard says. Owned by the test's thread.
final class EventReader implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /// An event with data; the id is the last that was said.
  record Event(String id, String type, String data) {}

  private final InputStream stream;
  private final BufferedReader lines;
  private String lastId = "";

  private EventReader(HttpResponse<InputStream> response) {
    stream = response.body();
    lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /// Connects with further header fields, as names and values in turn.
  static EventReader open(URI address, String... fields) throws Exception {
    HttpResponse<InputStream> response = request(address, fields);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " instead of a stream");
    }
    return new EventReader(response);
  }

  static HttpResponse<InputStream> request(URI address, String... fields) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (fields.length > 0) {
      request.headers(fields);
    }
    return HTTP.send(request.build(), BodyHandlers.ofInputStream());
  }

  /// The next event that has data.
  Event next() throws IOException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() && !data.isEmpty()) {
        return new Event(lastId, type, data.substring(0, data.length() - 1));
      } else if (line.startsWith("id: ")) {
        lastId = line.substring(4);
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.append(line, 6, line.length()).append('\n');
      }
    }
    throw new AssertionError("the stream ended");
  }

  /// The id that the server said before any event.
  String firstId() throws IOException {
    String line = lines.readLine();
    if (line == null || !line.startsWith("id: ") || !"".equals(lines.readLine())) {
      throw new AssertionError("an id alone was expected, not " + line);
    }
    lastId = line.substring(4);
    return lastId;
  }

  boolean isAtEnd() throws IOException {
    return lines.readLine() == null;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
