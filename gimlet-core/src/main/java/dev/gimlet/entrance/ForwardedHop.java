package dev.gimlet.entrance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a proxy tells of the one that it was asked by. Immutable.
///
/// `node` is an address as it was written, `proto` and `host` how and for what it was asked; null
/// where nothing is told.
record ForwardedHop(@Nullable String node, @Nullable String proto, @Nullable String host) {
  /// Stands for all that cannot be read.
  static final ForwardedHop MALFORMED = new ForwardedHop("", null, null);

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";

  /// A pair, or nothing, and what ends it (RFC 7239 §4).
  private static final Pattern PAIR =
      Pattern.compile(
          "[ \\t]*+(?:(?<name>%s+)=(?:(?<token>%s)|(?<quoted>%s)))?[ \\t]*+(?<end>[;,]|$)"
              .formatted(TOKEN, TOKEN + "|\\[[0-9A-Fa-f:.]+\\](?::[0-9]+)?", QUOTED));

  /// The hops of all `Forwarded` fields, the nearest first.
  ///
  /// What is left of something malformed is not told: nobody can say who wrote it.
  static List<ForwardedHop> ofForwarded(List<String> fields) {
    List<ForwardedHop> hops = new ArrayList<>();
    for (String field : fields.reversed()) {
      List<ForwardedHop> inField = elements(field);
      hops.addAll(inField.reversed());
      if (inField.contains(MALFORMED)) {
        break;
      }
    }
    return hops;
  }

  private static List<ForwardedHop> elements(String field) {
    List<ForwardedHop> hops = new ArrayList<>();
    Map<String, String> pairs = new HashMap<>();
    Matcher matcher = PAIR.matcher(field);
    int next = 0;
    while (next <= field.length()) {
      matcher.region(next, field.length()); // to find it further on would try each place in turn
      if (!matcher.lookingAt() || !collect(matcher, pairs)) {
        return List.of(MALFORMED);
      }
      if (!";".equals(matcher.group("end"))) {
        if (!pairs.isEmpty()) {
          hops.add(new ForwardedHop(pairs.get("for"), pairs.get("proto"), pairs.get("host")));
        }
        pairs.clear();
      }
      next = matcher.group("end").isEmpty() ? field.length() + 1 : matcher.end();
    }
    return hops;
  }

  /// Keeps a pair; false when there was one of that name before.
  private static boolean collect(Matcher matcher, Map<String, String> pairs) {
    String name = matcher.group("name");
    if (name == null) {
      return true;
    }
    String token = matcher.group("token");
    String value = token == null ? unquoted(matcher.group("quoted")) : token;
    return pairs.put(name.toLowerCase(Locale.ROOT), value) == null;
  }

  private static String unquoted(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1");
  }

  /// The hops of `X-Forwarded-For`, the nearest first, with the values of `X-Forwarded-Proto` and
  /// `X-Forwarded-Host` that belong to them; a single value belongs to all.
  static List<ForwardedHop> ofXForwarded(
      List<String> addresses, List<String> protos, List<String> hosts) {
    List<String> nodes = values(addresses);
    List<String> allProtos = values(protos);
    List<String> allHosts = values(hosts);
    List<ForwardedHop> hops = new ArrayList<>();
    for (int i = 0; i < Math.max(1, nodes.size()); i++) {
      String node = i < nodes.size() ? nodes.get(i) : null;
      hops.add(new ForwardedHop(node, at(i, allProtos), at(i, allHosts)));
    }
    return hops;
  }

  private static @Nullable String at(int index, List<String> values) {
    if (values.size() == 1) {
      return values.getFirst();
    }
    return index < values.size() ? values.get(index) : null;
  }

  /// The elements of list fields (RFC 9110 §5.6.1), the last first.
  private static List<String> values(List<String> fields) {
    return fields.stream()
        .flatMap(field -> Pattern.compile(",").splitAsStream(field))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .toList()
        .reversed();
  }
}
