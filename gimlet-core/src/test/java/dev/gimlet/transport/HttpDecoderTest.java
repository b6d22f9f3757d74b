package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.HttpException;
import dev.gimlet.http.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDecoderTest {
  private final HttpDecoder decoder = new HttpDecoder(HttpLimits.DEFAULTS);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void parsesOneRequestAndWaits() {
    receive(get("/1") + get("/2") + get("/3"));

    assertThat(requests()).containsExactly("/1");
    assertThat(channel.config().isAutoRead()).isFalse();
  }

  @Test
  void parsesTheNextWhenResumed() {
    receive(get("/1") + get("/2") + get("/3"));
    requests();

    resume();

    assertThat(requests()).containsExactly("/2");
    assertThat(channel.config().isAutoRead()).isFalse();
  }

  @Test
  void readsOnAfterTheLastRequest() {
    receive(get("/1") + get("/2"));
    resume();
    resume();

    assertThat(requests()).containsExactly("/1", "/2");
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void keepsReadingWhileNothingElseHasArrived() {
    receive(get("/1"));

    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void keepsApartBodiesAndRequests() {
    receive("POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" + get("/2"));
    resume();

    assertThat(requests()).containsExactly("/1", "/2");
  }

  @Test
  void knowsWhetherARequestIsOnItsWay() {
    assertThat(decoder.isMidRequest()).isFalse();
    receive("G");
    assertThat(decoder.isMidRequest()).isTrue();
    receive(get("/").substring(1));
    assertThat(decoder.isMidRequest()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "\r\n", "\r\n\r\n"})
  void takesEmptyLinesForNoRequest(String lines) {
    receive(get("/1") + lines);

    resume();

    assertThat(decoder.isMidRequest()).isFalse();
    receive(lines.endsWith("\n") ? "G" : "\nG");
    assertThat(decoder.isMidRequest()).isTrue();
  }

  @Test
  void handsOnWhatFollowsWhenItIsRemoved() {
    receive(get("/1") + "not HTTP");
    requests();

    channel.pipeline().remove(decoder);

    ByteBuf rest = channel.readInbound();
    assertThat(rest.toString(ISO_8859_1)).isEqualTo("not HTTP");
    rest.release();
  }

  @Test
  void reportsAMalformedHeadOnceAndReadsNothingMore() {
    receive("GET / HTTP/1.1\r\n broken\r\n\r\n");
    HttpObject refused = channel.readInbound();
    decoder.discard();
    receive(get("/2"));

    assertThat(refused.decoderResult().cause()).isInstanceOf(HttpException.class);
    assertThat(requests()).isEmpty();
    ReferenceCountUtil.release(refused);
  }

  @Test
  void reportsNothingWhenARequestIsCutOff() {
    receive("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
    requests();

    channel.close();

    Object nothing = channel.readInbound();
    assertThat(nothing).isNull();
  }

  @Test
  void handsOnBodiesAsTheyArrive() {
    receive("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
    HttpObject request = channel.readInbound();
    HttpContent first = channel.readInbound();
    receive("lo");
    HttpContent last = channel.readInbound();

    assertThat(request).isInstanceOf(HttpRequest.class);
    assertThat(first.content().toString(ISO_8859_1)).isEqualTo("hel");
    assertThat(last).isInstanceOf(LastHttpContent.class);
    ReferenceCountUtil.release(first);
    ReferenceCountUtil.release(last);
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  private void resume() {
    decoder.resume(channel.pipeline().context(decoder));
  }

  private List<String> requests() {
    List<String> targets = new ArrayList<>();
    for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
      if (part instanceof HttpRequest request) {
        targets.add(request.uri());
      }
      ReferenceCountUtil.release(part);
    }
    return targets;
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
}
