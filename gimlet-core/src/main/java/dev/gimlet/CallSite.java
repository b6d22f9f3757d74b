package dev.gimlet;

import dev.gimlet.http.Router;
import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;

/// Where in a program something was registered.
final class CallSite {
  private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private CallSite() {}

  /// The nearest caller that is no router, such as `Main.java:12`.
  static String ofRegistration() {
    return STACK.walk(frames ->
        frames
            .filter(frame -> frame.getDeclaringClass() != CallSite.class)
            .filter(frame -> !Router.class.isAssignableFrom(frame.getDeclaringClass()))
            .findFirst()
            .map(CallSite::describe)
            .orElse("unknown place"));
  }

  private static String describe(StackFrame frame) {
    return frame.getLineNumber() < 0
        ? frame.getClassName()
        : frame.getFileName() + ":" + frame.getLineNumber();
  }
}
