package dev.gimlet;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// Whoever tells a stopping process again to stop means at once.
///
/// The JDK has no supported way to hear signals: its `jdk.unsupported` module has one, which is
/// asked for by name, and without which a second signal is ignored.
final class SecondSignal {
  private static final int BY_SIGNAL = 128; // plus its number, as shells count

  private SecondSignal() {}

  /// From now on SIGTERM and SIGINT end the process, with 143 and 130.
  static void exitsAtOnce() {
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        handle(name);
      } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
        // another JVM, or one that was told to leave signals alone (-Xrs)
      }
    }
  }

  private static void handle(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Method number = signal.getMethod("getNumber");
    Object halting =
        Proxy.newProxyInstance(
            handler.getClassLoader() == null
                ? SecondSignal.class.getClassLoader()
                : handler.getClassLoader(),
            new Class<?>[] {handler},
            (_, _, arguments) -> {
              Runtime.getRuntime().halt(BY_SIGNAL + (int) number.invoke(arguments[0]));
              return null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), halting);
  }
}
