package dev.gimlet.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the settings of a Redis mean for what is promised; each line is said once.
///
/// Thread-safe: a concurrent set of what was said.
final class Advice {

  /// One line for people.
  record Line(boolean isWarning, String text) {}

  private static final Pattern FIELD = Pattern.compile("(?m)^(\\w+):(.*?)\\r?$");
  private static final List<String> SECTIONS = List.of("memory", "persistence");

  private final String place;
  private final Consumer<Line> out;
  private final Set<Line> said = ConcurrentHashMap.newKeySet();

  Advice(String place, Consumer<Line> out) {
    this.place = place;
    this.out = out;
  }

  /// Asks for the settings; without an answer, which an ACL may forbid, there is no advice.
  void ask(Commands commands) {
    for (String section : SECTIONS) {
      commands.send(redis -> redis.info(section)).thenAccept(info -> say(lines(info)));
    }
  }

  private void say(List<Line> lines) {
    lines.stream().filter(said::add).forEach(out);
  }

  /// The advice for what `INFO` says.
  List<Line> lines(String info) {
    List<Line> lines = new ArrayList<>();
    String policy = field(info, "maxmemory_policy", "noeviction");
    if (!policy.equals("noeviction") && !field(info, "maxmemory", "0").equals("0")) {
      lines.add(
          new Line(
              true,
              "Redis at "
                  + place
                  + " evicts keys when its memory is full (maxmemory-policy "
                  + policy
                  + "): histories and members may vanish; use noeviction"));
    }
    if (field(info, "aof_enabled", "1").equals("0")) {
      lines.add(
          new Line(
              false,
              "Redis at "
                  + place
                  + " writes no append-only file: publications that it has acknowledged may be lost"
                  + " when it ends, which members are told"));
    }
    return lines;
  }

  private static String field(String info, String name, String otherwise) {
    Matcher matcher = FIELD.matcher(info);
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        return matcher.group(2);
      }
    }
    return otherwise;
  }
}
