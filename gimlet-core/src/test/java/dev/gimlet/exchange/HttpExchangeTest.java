package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.gimlet.entrance.Client;
import dev.gimlet.entrance.ConnectionTable;
import dev.gimlet.entrance.Entrance;
import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.Cookie;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.HttpLimits;
import dev.gimlet.http.ServerSentEvent;
import dev.gimlet.routing.RouteTree;
import dev.gimlet.spi.JsonCodec;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpExchangeTest {
  private final HttpRequest request =
      new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/a%20b?q=1");
  private final RecordingAnswers answers = new RecordingAnswers();

  /// Keeps what was answered.
  private static final class RecordingAnswers implements Answering {
    private final List<Response> responses = new ArrayList<>();
    private final List<Upgrade> upgrades = new ArrayList<>();
    private final List<ResponseFields.Field> streamFields = new ArrayList<>();
    private final ScriptedStream stream = new ScriptedStream();
    private boolean draining;

    @Override
    public void answer(Response response) {
      responses.add(response);
    }

    @Override
    public boolean mayRemember() {
      return false;
    }

    @Override
    public void upgrade(Upgrade upgrade) {
      upgrades.add(upgrade);
    }

    @Override
    public EventStream stream(
        List<ResponseFields.Field> fields, InetSocketAddress client, Optional<String> user) {
      streamFields.addAll(fields);
      return stream;
    }

    @Override
    public boolean isDraining() {
      return draining;
    }

    @Override
    public void admit(Client client, Optional<String> user) {}
  }

  /// Only knows whether it was closed.
  private static final class ScriptedStream implements EventStream {
    private boolean closed;

    @Override
    public SendResult send(ServerSentEvent event) {
      return SendResult.ACCEPTED;
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void whenClosed(Consumer<End> callback) {}

    @Override
    public SocketAddress remoteAddress() {
      return new InetSocketAddress(1);
    }

    @Override
    public Optional<String> user() {
      return Optional.empty();
    }

    @Override
    public Executor eventLoop() {
      return Runnable::run;
    }
  }

  @Nested
  class Streams {
    @Test
    void areAnswersWithFieldsOfTheirOwn() {
      HttpExchange exchange = exchange();
      exchange.responseField("X-Program", "1").responseField("Content-Type", "text/plain");

      exchange.eventStream();

      assertThat(exchange.answeredStatus()).hasValue(200);
      assertThat(answers.streamFields)
          .contains(
              new ResponseFields.Field("X-Program", "1"),
              new ResponseFields.Field("Content-Type", "text/event-stream"),
              new ResponseFields.Field("Cache-Control", "no-store"));
      assertThatIllegalStateException().isThrownBy(() -> exchange.text("again"));
    }

    @Test
    void areClosedWhenTheirHandlerFails() {
      HttpExchange exchange = exchange();
      exchange.eventStream();

      assertThat(exchange.fail(new HttpException(500, "broken"))).isFalse();

      assertThat(answers.stream.isOpen()).isFalse();
    }

    @Test
    void areRefusedWhileTheServerGoesDown() {
      answers.draining = true;
      HttpExchange exchange = exchange();

      assertThatExceptionOfType(HttpException.class)
          .isThrownBy(exchange::eventStream)
          .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(503))
          .satisfies(refusal -> assertThat(refusal.headerFields()).containsKey("Retry-After"));
      assertThat(exchange.answeredStatus()).isEmpty();
    }
  }

  /// Writes whatever it is as a text, and reads nothing.
  private static final class PlainJson implements JsonCodec {
    @Override
    public byte[] write(Object value) {
      return value.toString().getBytes(UTF_8);
    }

    @Override
    public <T> T read(byte[] json, Class<T> type) {
      throw new IllegalArgumentException("wrong at line 1");
    }
  }

  @Nested
  class Requests {
    @Test
    void areDecoded() {
      HttpExchange exchange = exchange();

      assertThat(exchange.method()).isEqualTo("GET");
      assertThat(exchange.path()).isEqualTo("/a b");
      assertThat(exchange.queryParameter("q")).hasValue("1");
      assertThat(exchange.queryParameter("Q")).isEmpty();
      assertThat(exchange.pathParameter("name")).isEqualTo("value");
      assertThat(exchange.headerField("HOST")).hasValue("localhost");
    }

    @Test
    void haveParametersThatAreParsed() {
      assertThat(exchange().queryParameter("q", Integer::parseInt)).hasValue(1);
      assertThat(exchange().queryParameter("other", Integer::parseInt)).isEmpty();
    }

    @Test
    void withWrongParametersSayWhatIsWrong() {
      assertRefused(Integer::parseInt, "query parameter since: no number, or out of range");
      assertRefused(
          Position::parse,
          "query parameter since: \"soon\" is no position: epoch:offset or epoch:offset:tag was"
              + " expected");
      assertRefused(
          LocalDate::parse, "query parameter since: Text 'soon' could not be parsed at index 0");
    }

    private void assertRefused(Function<String, ?> parser, String message) {
      request.setUri("/?since=soon");

      assertThatExceptionOfType(HttpException.class)
          .isThrownBy(() -> exchange().queryParameter("since", parser))
          .withMessage(message)
          .matches(refusal -> refusal.status() == 400);
    }

    @Test
    void haveNoOtherPathParameters() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> exchange().pathParameter("other"))
          .withMessage("the route has no path parameter other, only [name]");
    }

    @Test
    void keepAttributes() {
      HttpExchange exchange = exchange();
      exchange.attribute("user", "Ada");

      assertThat(exchange.attribute("user", String.class)).hasValue("Ada");
      assertThat(exchange.attribute("other", String.class)).isEmpty();
    }

    @Test
    void withWrongJsonSayWhatIsWrong() {
      request.headers().set("Content-Type", "application/json");

      assertThatExceptionOfType(HttpException.class)
          .isThrownBy(() -> exchange().bodyJson(String.class))
          .withMessage("wrong at line 1")
          .matches(refusal -> refusal.status() == 400);
    }
  }

  @Nested
  class Answers {
    @Test
    void haveTheStatusAndFieldsThatWereSet() {
      exchange().status(201).responseField("X-A", "b").text("hi");

      Response response = answers.responses.getFirst();
      assertThat(response.status()).isEqualTo(201);
      assertThat(response.fields()).contains(new ResponseFields.Field("X-A", "b"));
      assertThat(response.body()).isEqualTo("hi".getBytes(UTF_8));
    }

    @Test
    void tellTheirStatusAfterwards() {
      HttpExchange exchange = exchange();
      assertThat(exchange.answeredStatus()).isEmpty();

      exchange.noContent();

      assertThat(exchange.answeredStatus()).hasValue(204);
    }

    @Test
    void toHeadMayHaveALengthAlone() {
      request.setMethod(HttpMethod.HEAD);

      exchange().head("video/mp4", 3L << 30);

      assertThat(answers.responses.getFirst().length()).isEqualTo(3L << 30);
      assertThat(answers.responses.getFirst().body()).isEmpty();
    }

    @Test
    void toOtherMethodsHaveTheirBody() {
      HttpExchange exchange = exchange();

      assertThatIllegalStateException().isThrownBy(() -> exchange.head("video/mp4", 1));
      assertThat(exchange.answeredStatus()).isEmpty();
    }

    @Test
    void areGivenOnceAndTheErrorNamesBoth() {
      HttpExchange exchange = exchange();
      exchange.status(404).html("<p>");

      assertThatIllegalStateException()
          .isThrownBy(() -> exchange.json(Map.of()))
          .withMessage("a request is answered once: json came after html had answered 404");
      assertThat(answers.responses).hasSize(1);
    }

    @Test
    void areCompletedOnce() {
      HttpExchange exchange = exchange();
      exchange.finish();
      exchange.finish();

      assertThat(answers.responses).hasSize(1);
      assertThat(exchange.fail(new HttpException(500, "x"))).isFalse();
    }

    @Test
    void ofErrorsKeepFieldsThatAreNotOfTheContent() {
      HttpExchange exchange = exchange();
      exchange.responseField("ETag", "\"1\"").responseField("X-A", "b");

      assertThat(exchange.fail(new HttpException(404, "not found"))).isTrue();

      assertThat(answers.responses.getFirst().fields())
          .extracting(ResponseFields.Field::name)
          .containsExactly("X-A", "Content-Type");
    }

    @Test
    @SuppressWarnings("NullAway") // what programs without a null checker may do
    void areNotNull() {
      HttpExchange exchange = exchange();

      assertThatNullPointerException().isThrownBy(() -> exchange.text(null)).withMessage("text");
      assertThatNullPointerException().isThrownBy(() -> exchange.html(null)).withMessage("html");
      assertThatNullPointerException()
          .isThrownBy(() -> exchange.redirect(null))
          .withMessage("location");
      assertThat(exchange.answeredStatus()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 101, 199, 600})
    void haveAStatusThatEndsTheRequest(int status) {
      assertThatIllegalArgumentException().isThrownBy(() -> exchange().status(status));
    }

    @Test
    void redirectWith302OrAsSet() {
      exchange().redirect("/x");
      exchange().status(308).redirect("/x");
      exchange().status(200).redirect("/x");

      assertThat(answers.responses).extracting(Response::status).containsExactly(302, 308, 302);
    }
  }

  @Nested
  class Upgrades {
    @Test
    void areAnAnswer() {
      HttpExchange exchange = ofAWebSocket();

      exchange.upgrade(listener());

      assertThat(answers.upgrades).hasSize(1);
      assertThat(exchange.answeredStatus()).hasValue(101);
      assertThatIllegalStateException()
          .isThrownBy(() -> exchange.upgrade(listener()))
          .withMessageContaining("upgrade came after upgrade");
    }

    @Test
    void carryTheFieldsThatWereSetBefore() {
      HttpExchange exchange = ofAWebSocket();
      exchange.responseField("X-A", "b").cookie(Cookie.of("c", "d"));
      exchange.responseField("Upgrade", "h2c").responseField("Sec-WebSocket-Protocol", "own");
      exchange.responseField("Content-Type", "text/plain").responseField("ETag", "\"1\"");

      exchange.upgrade(listener());

      assertThat(answers.upgrades.getFirst().fields())
          .extracting(ResponseFields.Field::name)
          .containsExactly("X-A", "Set-Cookie");
    }

    private HttpExchange ofAWebSocket() {
      request.headers().set("Upgrade", "websocket").set("Connection", "Upgrade");
      request.headers().set("Sec-WebSocket-Version", "13");
      request.headers().set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
      return exchange();
    }

    @Test
    void thatAreRefusedAreNone() {
      HttpExchange exchange = exchange();

      assertThatExceptionOfType(HttpException.class)
          .isThrownBy(() -> exchange.upgrade(listener()))
          .matches(refusal -> refusal.status() == 426);
      assertThat(exchange.answeredStatus()).isEmpty();
    }

    private static WebSocketListener listener() {
      return WebSocketListener.onMessage((_, _) -> {});
    }
  }

  private HttpExchange exchange() {
    request.headers().set("Host", "localhost");
    Program program =
        new Program(
            new RouteTree(),
            List.of(),
            HttpLimits.DEFAULTS,
            WebSocketOptions.defaults(),
            0,
            new PlainJson(),
            Optional.empty(),
            ServerEvents.NONE,
            Entrance.of(List.of(), false, ConnectionLimits.defaults(), 1, new ConnectionTable()));
    InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    return new HttpExchange(
        new Request(RequestHead.of(request), new byte[] {'x'}, Client.direct(client, false)),
        Map.of("name", "value"),
        program,
        answers);
  }
}
