package dev.gimlet.conformance.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.conformance.strangers.WsStranger.Outcome;
import dev.gimlet.conformance.strangers.WsStranger.Task;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `ws` from npm gets back what it sent, whatever it offers.
@Slow
class WsCompressionTest {

  private static final int FORMS = 4; // text and binary, whole and in fragments
  private static final int NORMAL_CLOSURE = 1000;

  @BeforeAll
  static void install() throws Exception {
    WsStranger.install();
  }

  @Test
  void agreesOnEveryOffer() throws Exception {
    assertEchoed(Slice.ofBuild().offers(), Slice.SIZES);
  }

  @Test
  void sendsMessagesOf16MiB() throws Exception {
    assertEchoed(Slice.ofBuild().offersForLargeMessages(), Slice.LARGE_SIZES);
  }

  private static void assertEchoed(Stream<Offer> offers, List<Integer> sizes)
      throws IOException, InterruptedException {
    try (var server = new EchoServer()) {
      List<Task> tasks = offers.flatMap(offer -> tasks(server, offer, sizes)).toList();

      List<Outcome> outcomes = WsStranger.perform(tasks);

      assertThat(outcomes).extracting(Outcome::task).isEqualTo(tasks);
      assertThat(outcomes)
          .allSatisfy(it -> {
            assertThat(it.faults()).isEmpty();
            assertThat(it.echoes()).isEqualTo(FORMS * sizes.size());
            assertThat(it.code()).isEqualTo(NORMAL_CLOSURE);
            assertThat(it.answer()).isEqualTo(it.task().offer().answer(takesOver(it.task())));
          });
    }
  }

  private static Stream<Task> tasks(EchoServer server, Offer offer, List<Integer> sizes) {
    return Stream.of(false, true)
        .map(takeover ->
            new Task(server.address(EchoServer.path(takeover)).toString(), offer, sizes));
  }

  private static boolean takesOver(Task task) {
    return task.url().endsWith(EchoServer.path(true));
  }
}
