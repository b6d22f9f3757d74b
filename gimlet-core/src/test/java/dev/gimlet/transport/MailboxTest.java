package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.Text;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class MailboxTest {

  private final Mailbox mailbox = new Mailbox();

  @Test
  void givesMessagesInOrder() {
    mailbox.put(Text.of("a"));
    mailbox.put(Text.of("b"));

    assertThat(mailbox.take(() -> true)).isEqualTo(Text.of("a"));
    assertThat(mailbox.take(() -> true)).isEqualTo(Text.of("b"));
  }

  @Test
  void givesWhatIsLeftBeforeItEnds() {
    mailbox.put(Text.of("last"));
    mailbox.end();

    assertThat(mailbox.take(() -> false)).isEqualTo(Text.of("last"));
    assertThat(mailbox.take(() -> true)).isNull();
  }

  @Test
  void wakesItsReceiver() throws Exception {
    CompletableFuture<Message> taken = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> taken.complete(mailbox.take(() -> true)));

    mailbox.put(Text.of("now"));
    mailbox.wake();

    assertThat(taken.get(5, TimeUnit.SECONDS)).isEqualTo(Text.of("now"));
  }

  @Test
  void holdsMessagesBackUntilPermitted() throws Exception {
    AtomicBoolean permitted = new AtomicBoolean();
    CompletableFuture<Message> taken = new CompletableFuture<>();
    mailbox.put(Text.of("later"));
    Thread.ofVirtual().start(() -> taken.complete(mailbox.take(permitted::get)));
    assertThat(taken).isNotDone();

    permitted.set(true);
    mailbox.wake();

    assertThat(taken.get(5, TimeUnit.SECONDS)).isEqualTo(Text.of("later"));
  }

  @Test
  void hasNoRoomBeyond64KiB() {
    mailbox.put(Binary.of(new byte[64 << 10]));
    assertThat(mailbox.hasRoom()).isFalse();

    mailbox.take(() -> true);

    assertThat(mailbox.hasRoom()).isTrue();
  }

  @Test
  void swallowsEverythingOnceAbandoned() {
    mailbox.abandon();
    mailbox.put(Binary.of(new byte[1 << 20]));

    assertThat(mailbox.hasRoom()).isTrue();
  }

  @Test
  void runsItsTaskWhenTheReceiverAsksForMore() throws Exception {
    CompletableFuture<Void> idle = new CompletableFuture<>();
    mailbox.put(Text.of("answered first"));
    assertThat(mailbox.isIdle()).isFalse();
    mailbox.whenIdle(() -> idle.complete(null));
    assertThat(mailbox.take(() -> true)).isEqualTo(Text.of("answered first"));
    assertThat(idle).isNotDone();

    Thread receiver = Thread.ofVirtual().start(() -> mailbox.take(() -> true));

    idle.get(5, TimeUnit.SECONDS);
    mailbox.end();
    receiver.join();
  }

  @Test
  void runsItsTaskWhenItIsAbandoned() {
    CompletableFuture<Void> idle = new CompletableFuture<>();
    mailbox.put(Text.of("never taken"));
    mailbox.whenIdle(() -> idle.complete(null));

    mailbox.abandon();

    assertThat(idle).isDone();
    assertThat(mailbox.isIdle()).isTrue();
  }

  @Test
  void answersAnInterruptWithNull() {
    Thread.currentThread().interrupt();

    assertThat(mailbox.take(() -> true)).isNull();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void answersAnInterruptWithNullWhileNothingMayBeTaken() {
    mailbox.put(Text.of("not yet"));
    Thread.currentThread().interrupt();

    assertThat(mailbox.take(() -> false)).isNull();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(mailbox.take(() -> true)).isEqualTo(Text.of("not yet"));
  }

  @Test
  void losesNothingBetweenTwoThreads() throws Exception {
    int messages = 100_000;
    CompletableFuture<Integer> received = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> received.complete(countUntilEnd()));

    for (int i = 0; i < messages; i++) {
      mailbox.put(Text.of(Integer.toString(i)));
      if (i % 7 == 0) {
        mailbox.wake();
      }
    }
    mailbox.end();

    assertThat(received.get(8, TimeUnit.SECONDS)).isEqualTo(messages);
  }

  /// Counts messages as long as they come in order.
  private int countUntilEnd() {
    int count = 0;
    for (Message message = mailbox.take(() -> true);
        message instanceof Text text && text.value().equals(Integer.toString(count));
        message = mailbox.take(() -> true)) {
      count++;
    }
    return count;
  }
}
