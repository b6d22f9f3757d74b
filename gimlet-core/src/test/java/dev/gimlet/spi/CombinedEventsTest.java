package dev.gimlet.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CombinedEventsTest {

  private final List<String> told = new ArrayList<>();

  @ParameterizedTest
  @MethodSource("events")
  void tellsAllWhateverOneThrows(Method event) {
    ServerEvents all =
        ServerEvents.all(
            listener("first"),
            listener("broken", new IllegalStateException("broken")),
            listener("without memory", new OutOfMemoryError("no more")),
            listener("last"));

    assertThatCode(() -> event.invoke(all, anything(event))).doesNotThrowAnyException();

    assertThat(told)
        .containsExactly(
            "first: " + event.getName(),
            "broken: " + event.getName(),
            "without memory: " + event.getName(),
            "last: " + event.getName());
  }

  static Stream<Method> events() {
    return Arrays.stream(ServerEvents.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  private ServerEvents listener(String name, Throwable... failures) {
    return (ServerEvents)
        Proxy.newProxyInstance(
            ServerEvents.class.getClassLoader(),
            new Class<?>[] {ServerEvents.class},
            (_, event, _) -> {
              told.add(name + ": " + event.getName());
              for (Throwable failure : failures) {
                throw failure;
              }
              return null;
            });
  }

  private static Object[] anything(Method event) {
    return Arrays.stream(event.getParameterTypes())
        .map(type -> type == int.class ? (Object) 1 : type == long.class ? (Object) 1L : null)
        .toArray();
  }
}
