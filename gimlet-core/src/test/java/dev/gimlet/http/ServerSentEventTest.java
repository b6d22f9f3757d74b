package dev.gimlet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSentEventTest {

  @Test
  void hasItsIdAndTypeBeforeItsData() {
    ServerSentEvent event = ServerSentEvent.of("hello").id("e:1").type("greeting");

    assertThat(written(event)).isEqualTo("id: e:1\nevent: greeting\ndata: hello\n\n");
    assertThat(event.id()).hasValue("e:1");
    assertThat(event.type()).hasValue("greeting");
    assertThat(event.data()).isEqualTo("hello");
  }

  @Test
  void hasALineForEachLineOfItsData() {
    assertThat(written(ServerSentEvent.of("a\nb\r\nc\rd")))
        .isEqualTo("data: a\ndata: b\ndata: c\ndata: d\n\n");
    assertThat(written(ServerSentEvent.of("a\n"))).isEqualTo("data: a\ndata: \n\n");
    assertThat(written(ServerSentEvent.of(""))).isEqualTo("data: \n\n");
    assertThat(written(ServerSentEvent.of("\n\nid: 7\n")))
        .isEqualTo("data: \ndata: \ndata: id: 7\ndata: \n\n");
  }

  @Test
  void isWrittenOnceWhateverItHolds() {
    int lines = 1 << 20;
    ServerSentEvent event = ServerSentEvent.of("\n".repeat(lines));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    int bytes = event.encoded().remaining();

    assertThat(bytes).isEqualTo((lines + 1) * "data: \n".length() + 1);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2L * lines);
    assertThat(event.encoded().isDirect()).isTrue(); // shared by all streams, not copied for each
  }

  @Test
  void keepsSpacesColonsAndOtherScripts() {
    assertThat(written(ServerSentEvent.of(" : 你好\u2028"))).isEqualTo("data:  : 你好\u2028\n\n");
  }

  @Test
  void carriesMessages() {
    assertThat(written(ServerSentEvent.of(Text.of("hi")))).isEqualTo("data: hi\n\n");
    assertThat(written(ServerSentEvent.of(Binary.of((byte) 0, (byte) 255))))
        .isEqualTo("event: binary\ndata: AP8=\n\n");
  }

  @Test
  void isNoEventWhenItOnlySaysWhereTheClientIs() {
    assertThat(written(ServerSentEvent.onlyId("e:1"))).isEqualTo("id: e:1\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rdata: x", "\0"})
  void refusesWhatWouldEndAField(String value) {
    ServerSentEvent event = ServerSentEvent.of("");

    assertThatIllegalArgumentException().isThrownBy(() -> event.id(value));
    assertThatIllegalArgumentException().isThrownBy(() -> event.type(value));
  }

  private static String written(ServerSentEvent event) {
    return UTF_8.decode(event.encoded()).toString();
  }
}
