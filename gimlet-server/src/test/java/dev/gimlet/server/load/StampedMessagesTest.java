package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.server.load.StampedMessages.Receivers;
import dev.gimlet.websocket.codec.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StampedMessagesTest {

  private static final int BYTES = 100;

  private final StampedMessages echo = new StampedMessages(Receivers.SENDER, 3, BYTES);
  private final StampedMessages room = new StampedMessages(Receivers.OTHERS, 3, BYTES);

  @AfterEach
  void release() {
    echo.release();
    room.release();
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 125, 126, 127, 128, 65_535, 65_536})
  void recogniseThemselvesInEverySize(int bytes) {
    StampedMessages messages = new StampedMessages(Receivers.SENDER, 1, bytes);

    int count = messages.counter(0).count(answer(messages, 0, 3));

    assertThat(count).isEqualTo(3);
    assertThat(messages.sent(0)).isEqualTo(3);
    assertThat(messages.check(0).lost(3)).isZero();
    messages.release();
  }

  @Test
  void areMaskedTextOfTheSizeThatWasAskedFor() {
    ByteBuf frame = echo.frames(0, 1, 0);

    assertThat(frame.readUnsignedByte()).isEqualTo((short) (0x80 | Opcode.TEXT));
    assertThat(frame.readUnsignedByte()).isEqualTo((short) (0x80 | BYTES));
    assertThat(frame.readableBytes()).isEqualTo(4 + BYTES);
    frame.release();
  }

  @Test
  void areRecognisedByteByByte() {
    ByteBuf answer = answer(echo, 0, 2);
    MessageCounter counter = echo.counter(0);

    int messages = 0;
    ByteBuf shared = Unpooled.buffer(1, 1); // as the generator reads into one buffer
    while (answer.isReadable()) {
      shared.clear().writeByte(answer.readByte());
      messages += counter.count(shared);
    }

    assertThat(messages).isEqualTo(2);
  }

  @Test
  void areRecognisedWhenTheBufferOfTheirFirstPartIsGone() {
    ByteBuf answer = answer(echo, 0, 2);
    ByteBuf begin = answer.readBytes(150);
    MessageCounter counter = echo.counter(0);

    int messages = counter.count(begin);
    begin.release();
    messages += counter.count(answer);

    assertThat(messages).isEqualTo(2);
  }

  @Test
  void areRecognisedInFragmentsAndWrapped() {
    byte[] text = ("{\"text\":\"" + payload(echo, 0) + "\"}").getBytes(US_ASCII);
    ByteBuf frames = Unpooled.buffer();
    frames.writeByte(Opcode.TEXT).writeByte(40).writeBytes(text, 0, 40);
    frames.writeByte(0x80 | Opcode.CONTINUATION).writeByte(text.length - 40);
    frames.writeBytes(text, 40, text.length - 40);

    assertThat(echo.counter(0).count(frames)).isEqualTo(1);
  }

  @Test
  void ignoreWhatOthersSay() {
    ByteBuf greeting =
        frame("welcome to a server that has something to say to all who come to it, long");

    assertThat(echo.counter(0).count(greeting)).isZero();
    assertThat(echo.counter(0).count(answer(room, 0, 1))).isZero(); // another run
    assertThat(echo.latency().getTotalCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "00000000, 0000000000000001", // one further than what was sent
    "00000000, 7fffffffffffffff",
    "00000000, fffffffffffffffe",
    "00000002, 0000000000000000", // has sent nothing
    "00000003, 0000000000000000",
    "ffffffff, 0000000000000000",
  })
  void ignoreStampsThatNobodySent(String sender, String number) {
    String sent = payload(room, 0);
    String forged = sent.replaceFirst("00000000 0000000000000000", sender + " " + number);

    assertThat(room.counter(1).count(frame(forged))).isZero();

    StreamCheck check = room.check(1);
    assertThat(check.lost(1)).isEqualTo(1);
    assertThat(check.duplicated() + check.reordered()).isZero();
  }

  @Test
  void countOneSenderInAnEchoAndTheOthersInARoom() {
    assertThat(echo.counter(1).count(answer(echo, 0, 1))).isZero();
    assertThat(room.counter(0).count(answer(room, 0, 1))).isZero();
    assertThat(room.counter(1).count(answer(room, 0, 1))).isEqualTo(1);
  }

  @Test
  void tellWhatIsLostDoubledAndOutOfOrder() {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sent.add(payload(echo, 0));
    }
    MessageCounter counter = echo.counter(0);

    counter.count(frame(sent.get(2)));
    counter.count(frame(sent.get(0)));
    counter.count(frame(sent.get(0)));

    assertThat(echo.check(0).lost(echo.sent(0))).isEqualTo(2);
    assertThat(echo.check(0).duplicated()).isEqualTo(1);
    assertThat(echo.check(0).reordered()).isEqualTo(1);
  }

  @Test
  void timeFromWhenTheyWereMeantToLeave() {
    long late = System.nanoTime() - 5_000_000_000L;

    echo.counter(0).count(answer(echo, 0, 1, late));

    assertThat(echo.latency().getMaxValue()).isGreaterThan(4_990_000_000L);
  }

  @Test
  void forgetTheTimesOfTheWarmUp() {
    ByteBuf early = answer(echo, 0, 1, System.nanoTime());
    echo.forgetLatency();

    assertThat(echo.counter(0).count(early)).isEqualTo(1);
    assertThat(echo.latency().getTotalCount()).isZero();
  }

  @Test
  void callWithoutBeingCounted() {
    MessageCounter counter = room.counter(1);

    assertThat(counter.count(unmasked(room.call(0)))).isZero();
    assertThat(counter.count(unmasked(room.call(0)))).isZero();

    assertThat(room.callHeard()).isEqualTo(1);
    assertThat(room.check(1).lost(0) + room.check(1).duplicated()).isZero();
    assertThat(room.latency().getTotalCount()).isZero();
  }

  @Test
  void doNotHearTheirOwnCallInARoom() {
    room.counter(0).count(unmasked(room.call(0)));

    assertThat(room.callHeard()).isZero();
  }

  @Test
  void refuseFramesThatAreNone() {
    assertThatThrownBy(() -> echo.counter(0).count(Unpooled.wrappedBuffer(new byte[] {0x43, 1})))
        .hasMessageContaining("frame of kind");
    assertThatThrownBy(() -> echo.counter(0).count(Unpooled.wrappedBuffer(new byte[] {0, 1})))
        .hasMessageContaining("frame of kind 0");
  }

  private static ByteBuf answer(StampedMessages messages, int sender, int count) {
    return answer(messages, sender, count, System.nanoTime());
  }

  /// What a server makes of frames: the same without masks.
  private static ByteBuf answer(StampedMessages messages, int sender, int count, long intended) {
    return unmasked(messages.frames(sender, count, intended));
  }

  private static ByteBuf unmasked(ByteBuf sent) {
    ByteBuf answer = Unpooled.buffer();
    while (sent.isReadable()) {
      answer.writeByte(sent.readByte());
      int length = sent.readUnsignedByte() & 0x7F;
      answer.writeByte(length);
      long bytes = length;
      if (length == 126) {
        bytes = sent.readUnsignedShort();
        answer.writeShort((int) bytes);
      } else if (length == 127) {
        bytes = sent.readLong();
        answer.writeLong(bytes);
      }
      byte[] key = new byte[4];
      sent.readBytes(key);
      for (int i = 0; i < bytes; i++) {
        answer.writeByte(sent.readByte() ^ key[i & 3]);
      }
    }
    sent.release();
    return answer;
  }

  private static String payload(StampedMessages messages, int sender) {
    return answer(messages, sender, 1).skipBytes(2).toString(US_ASCII);
  }

  private static ByteBuf frame(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return Unpooled.buffer()
        .writeByte(0x80 | Opcode.TEXT)
        .writeByte(bytes.length)
        .writeBytes(bytes);
  }
}
