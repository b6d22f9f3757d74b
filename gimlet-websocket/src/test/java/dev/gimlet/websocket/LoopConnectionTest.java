package dev.gimlet.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class LoopConnectionTest {

  private static final Message ONE = Text.of("one");
  private static final Message TWO = Binary.of((byte) 2);

  @Test
  void iteratesOverMessagesUntilTheConnectionIsClosed() {
    List<Message> messages = new ArrayList<>();

    for (Message message : new ScriptedConnection(ONE, TWO)) {
      messages.add(message);
    }

    assertThat(messages).containsExactly(ONE, TWO);
  }

  @Test
  void iteratesOverNothingWhenClosedAtOnce() {
    assertThat(new ScriptedConnection().iterator().hasNext()).isFalse();
  }

  @Test
  void receivesNothingAheadOfBeingAsked() {
    var connection = new ScriptedConnection(ONE, TWO);

    var _ = connection.iterator();

    assertThat(connection.received).isZero();
  }

  @Test
  void losesNothingWhenAskedAgainWhetherThereIsMore() {
    var connection = new ScriptedConnection(ONE);
    Iterator<Message> messages = connection.iterator();

    assertThat(messages.hasNext()).isTrue();
    assertThat(messages.hasNext()).isTrue();

    assertThat(messages.next()).isEqualTo(ONE);
    assertThat(connection.received).isEqualTo(1);
  }

  @Test
  void givesMessagesWithoutBeingAskedWhetherThereAreMore() {
    Iterator<Message> messages = new ScriptedConnection(ONE, TWO).iterator();

    assertThat(messages.next()).isEqualTo(ONE);
    assertThat(messages.next()).isEqualTo(TWO);
  }

  @Test
  void throwsBeyondTheEnd() {
    Iterator<Message> messages = new ScriptedConnection().iterator();

    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(messages::next)
        .withMessage("the connection is closed");
  }

  @Test
  void goesOnWhereALoopWasLeft() {
    var connection = new ScriptedConnection(ONE, TWO);

    Message first = connection.iterator().next();
    Message second = connection.iterator().next();

    assertThat(List.of(first, second)).containsExactly(ONE, TWO);
  }
}
