package dev.gimlet.exchange;

import dev.gimlet.http.HttpException;
import dev.gimlet.routing.PercentEncoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The parameters of a query, decoded as HTML forms encode them. Immutable.
record QueryParameters(Map<String, List<String>> values) {
  /// Reads the part of a request target after `?`.
  ///
  /// @throws HttpException 400 when the encoding is not valid
  static QueryParameters parse(String query) {
    Map<String, List<String>> values = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        values.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
      }
    }
    return new QueryParameters(values);
  }

  List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  private static String decode(String encoded) {
    try {
      return PercentEncoding.decode(encoded.replace('+', ' '));
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, "the query has " + malformed.getMessage());
    }
  }
}
