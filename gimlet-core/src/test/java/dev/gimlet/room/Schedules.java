package dev.gimlet.room;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Runs a body once for every way in which its choices can be made.
final class Schedules {

  private record Choice(int made, int of) {}

  private final List<Choice> path = new ArrayList<>();
  private int depth;

  private Schedules() {}

  /// How often the body was run.
  static int all(Consumer<Schedules> body) {
    Schedules schedules = new Schedules();
    int runs = 0;
    do {
      schedules.depth = 0;
      try {
        body.accept(schedules);
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("with the choices " + schedules.path, failure);
      }
      runs++;
    } while (schedules.advance());
    return runs;
  }

  /// A number from 0, less than `of`.
  int choose(int of) {
    if (depth == path.size()) {
      path.add(new Choice(0, of));
    }
    Choice choice = path.get(depth);
    if (choice.of != of) {
      throw new IllegalStateException("the body depends on more than its choices");
    }
    depth++;
    return choice.made;
  }

  private boolean advance() {
    while (!path.isEmpty()) {
      Choice last = path.removeLast();
      if (last.made + 1 < last.of) {
        path.add(new Choice(last.made + 1, last.of));
        return true;
      }
    }
    return false;
  }
}
