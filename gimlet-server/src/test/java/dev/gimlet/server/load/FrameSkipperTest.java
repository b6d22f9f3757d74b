package dev.gimlet.server.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameSkipperTest {

  private final FrameSkipper skipper = new FrameSkipper();
  private final List<String> told = new ArrayList<>();

  @Test
  void findsTheCloseBehindMessages() {
    ByteBuf text = hex("810568656c6c6f");
    ByteBuf fragments = hex("0201ff" + "8001ff");
    ByteBuf close = hex("880603f0736c6f77");
    skipper.onClose(status -> told.add(status.code() + " " + status.reason()));

    int messages = skipper.count(Unpooled.wrappedBuffer(text, fragments, close));

    assertThat(messages).isZero();
    assertThat(told).containsExactly("1008 slow");
  }

  @Test
  void handsOutPings() {
    skipper.onPing(payload -> told.add(new String(payload, US_ASCII)));

    skipper.count(hex("8900" + "89026869"));

    assertThat(told).containsExactly("", "hi");
  }

  private static ByteBuf hex(String digits) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(digits));
  }
}
