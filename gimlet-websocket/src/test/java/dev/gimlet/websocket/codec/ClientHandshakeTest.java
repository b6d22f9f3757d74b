package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Accepted;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Broken;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Refused;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeTest {

  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 §1.3
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  private static final WebSocketOptions DEFAULTS = WebSocketOptions.defaults();
  private static final WebSocketOptions PLAIN = WebSocketOptions.builder().noCompression().build();
  private static final WebSocketOptions TAKEOVER =
      WebSocketOptions.builder().compression(Compression.DEFAULTS.withContextTakeover()).build();
  private static final WebSocketOptions CHAT =
      WebSocketOptions.builder().subprotocols("chat", "superchat").build();

  @Nested
  class Request {

    @Test
    void isThatOfTheRfc() {
      String request = request(PLAIN, List.of());

      assertThat(request)
          .isEqualTo(
              """
              GET /chat?room=1 HTTP/1.1
              Host: server.example
              Upgrade: websocket
              Connection: Upgrade
              Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
              Sec-WebSocket-Version: 13

              """
                  .replace("\n", "\r\n"));
    }

    @Test
    void offersSubprotocolsInOrder() {
      assertThat(request(CHAT, List.of())).contains("Sec-WebSocket-Protocol: chat, superchat\r\n");
    }

    @Test
    void offersCompressionThatRemembersNothing() {
      assertThat(request(DEFAULTS, List.of()))
          .contains(
              "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                  + " client_no_context_takeover; client_max_window_bits\r\n");
    }

    @Test
    void offersCompressionThatRemembers() {
      assertThat(request(TAKEOVER, List.of()))
          .contains("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    }

    @Test
    void carriesFieldsOfTheProgram() {
      HeaderField field = ClientHandshake.checked(new HeaderField("Authorization", "Bearer t"));

      assertThat(request(PLAIN, List.of(field))).contains("\r\nAuthorization: Bearer t\r\n\r\n");
    }

    @Test
    void isAcceptedByTheServersSide() {
      ResponseHead answer = answerOf(Handshake.accept(scripted(request(CHAT, List.of())), CHAT));

      assertThat(judge(CHAT, answer)).isInstanceOf(Accepted.class);
    }

    @Test
    void hasAKeyOfItsOwnEachTime() {
      SecureRandom random = new SecureRandom();

      String one = text(ClientHandshake.create(PLAIN, random).request("a", "/", List.of()));
      String other = text(ClientHandshake.create(PLAIN, random).request("a", "/", List.of()));

      assertThat(one).containsPattern("Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==").isNotEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host",
          "upgrade",
          "CONNECTION",
          "Content-Length",
          "Transfer-Encoding",
          "Sec-WebSocket-Key",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Protocol",
          "Sec-WebSocket-Extensions",
          "Sec-WebSocket-Accept"
        })
    void keepsItsOwnFieldsToItself(String name) {
      assertThatThrownBy(() -> ClientHandshake.checked(new HeaderField(name, "x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }

    private static String request(WebSocketOptions options, List<HeaderField> more) {
      return text(
          ClientHandshake.withKey(KEY, options).request("server.example", "/chat?room=1", more));
    }

    private static ScriptedRequest scripted(String request) {
      ScriptedRequest scripted = ScriptedRequest.opening();
      for (String line : request.lines().toList()) {
        int colon = line.indexOf(": ");
        scripted =
            colon < 0
                ? scripted
                : scripted.with(line.substring(0, colon), line.substring(colon + 2));
      }
      return scripted;
    }

    private static ResponseHead answerOf(HandshakeResult result) {
      List<HeaderField> fields = new ArrayList<>();
      ((HandshakeResult.Accepted) result)
          .responseFields()
          .forEach((name, value) -> fields.add(new HeaderField(name, value)));
      return new ResponseHead(101, "Switching Protocols", fields);
    }
  }

  @Nested
  class Answer {

    @Test
    void opensTheConnection() {
      assertThat(judge(DEFAULTS, answer()))
          .isEqualTo(new Accepted(Optional.empty(), Optional.empty()));
    }

    @Test
    void mayWriteTheTokensInAnyCase() {
      ResponseHead head =
          head(
              "upgrade: WebSocket",
              "connection: keep-alive, UPGRADE",
              "sec-websocket-accept: " + ACCEPT);

      assertThat(judge(DEFAULTS, head)).isInstanceOf(Accepted.class);
    }

    @Test
    void namesTheSubprotocol() {
      assertThat(judge(CHAT, answer("Sec-WebSocket-Protocol: superchat")))
          .isEqualTo(new Accepted(Optional.of("superchat"), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            Connection: Upgrade | Sec-WebSocket-Accept: ACCEPT | | Upgrade: websocket
            Upgrade: h2c | Connection: Upgrade | Sec-WebSocket-Accept: ACCEPT | Upgrade: websocket
            Upgrade: websocket, h2c | Connection: Upgrade | Sec-WebSocket-Accept: ACCEPT | Upgrade: websocket
            Upgrade: websocket | Sec-WebSocket-Accept: ACCEPT | | Connection: Upgrade
            Upgrade: websocket | Connection: close | Sec-WebSocket-Accept: ACCEPT | Connection: Upgrade
            Upgrade: websocket | Connection: Upgrade | | Sec-WebSocket-Accept
            Upgrade: websocket | Connection: Upgrade | Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ== | Sec-WebSocket-Accept
            Upgrade: websocket | Connection: Upgrade | Sec-WebSocket-Accept: S3PPLMBITXAQ9KYGZZHZRBK+XOO= | Sec-WebSocket-Accept
            """)
    void mustBeThatOfAWebSocket(String first, String second, String third, String rule) {
      ResponseHead head =
          head(first, second, third == null ? "X: y" : third.replace("ACCEPT", ACCEPT));

      assertThat(judge(DEFAULTS, head))
          .isInstanceOfSatisfying(Broken.class, it -> assertThat(it.rule()).contains(rule));
    }

    @Test
    void mustHaveOneAccept() {
      assertThat(judge(DEFAULTS, answer("Sec-WebSocket-Accept: " + ACCEPT)))
          .isInstanceOf(Broken.class);
    }

    @Test
    void mustChooseASubprotocolThatWasOffered() {
      assertThat(judge(CHAT, answer("Sec-WebSocket-Protocol: mqtt"))).isInstanceOf(Broken.class);
      assertThat(judge(CHAT, answer("Sec-WebSocket-Protocol: chat, superchat")))
          .isInstanceOf(Broken.class);
      assertThat(
              judge(
                  CHAT,
                  answer("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: superchat")))
          .isInstanceOf(Broken.class);
      assertThat(judge(DEFAULTS, answer("Sec-WebSocket-Protocol: chat")))
          .isInstanceOf(Broken.class);
    }

    @Test
    void mustChooseOneWhenSomeWereOffered() {
      assertThat(judge(CHAT, answer()))
          .isInstanceOfSatisfying(Broken.class, it -> assertThat(it.rule()).contains("superchat"));
    }

    @ParameterizedTest
    @CsvSource({
      "200, OK",
      "301, Moved Permanently",
      "400, Bad Request",
      "401, Unauthorized",
      "503, Service Unavailable"
    })
    void mayRefuse(int status, String reason) {
      ResponseHead head =
          new ResponseHead(status, reason, List.of(new HeaderField("Retry-After", "7")));

      assertThat(judge(DEFAULTS, head)).isEqualTo(new Refused(status, reason, Optional.of("7")));
    }

    @Test
    void isNotFollowedElsewhere() {
      ResponseHead head =
          new ResponseHead(
              302, "Found", List.of(new HeaderField("Location", "ws://evil.example/")));

      assertThat(judge(DEFAULTS, head))
          .isInstanceOfSatisfying(
              Refused.class,
              it -> assertThat(it.reason()).contains("not followed", "ws://evil.example/"));
    }
  }

  @Nested
  class Extensions {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            server_no_context_takeover                                         | 15 | 15
            server_no_context_takeover; client_no_context_takeover             | 15 | 15
            server_no_context_takeover; server_max_window_bits=10              | 10 | 15
            server_no_context_takeover; server_max_window_bits=15              | 15 | 15
            server_no_context_takeover; client_max_window_bits=9               | 15 | 9
            server_no_context_takeover; client_max_window_bits=15              | 15 | 15
            server_no_context_takeover; client_max_window_bits="12"            | 15 | 12
            server_no_context_takeover;client_max_window_bits=8;server_max_window_bits=8 | 8 | 8
            """)
    void areAgreedOn(String parameters, int serverBits, int clientBits) {
      DeflateAgreement agreed = new DeflateAgreement(false, false, serverBits, clientBits);

      assertThat(judge(DEFAULTS, deflate(parameters)))
          .isEqualTo(new Accepted(Optional.empty(), Optional.of(agreed)));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            x=permessage-deflate                                                          | true  | true
            x=permessage-deflate; client_no_context_takeover                              | true  | false
            x=permessage-deflate; server_no_context_takeover                              | false | true
            x=permessage-deflate; server_no_context_takeover; client_no_context_takeover  | false | false
            """)
    void mayRemember(String answer, boolean server, boolean client) {
      ResponseHead head = answer("Sec-WebSocket-Extensions: " + answer.substring(2));

      assertThat(judge(TAKEOVER, head))
          .isEqualTo(
              new Accepted(
                  Optional.empty(), Optional.of(new DeflateAgreement(server, client, 15, 15))));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "permessage-deflate", // the server would remember what it was asked to forget
          "permessage-deflate; client_no_context_takeover",
          "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
          "permessage-deflate; server_no_context_takeover=1",
          "permessage-deflate; server_no_context_takeover; client_max_window_bits",
          "permessage-deflate; server_no_context_takeover; client_max_window_bits=7",
          "permessage-deflate; server_no_context_takeover; client_max_window_bits=16",
          "permessage-deflate; server_no_context_takeover; client_max_window_bits=08",
          "permessage-deflate; server_no_context_takeover; server_max_window_bits",
          "permessage-deflate; server_no_context_takeover; server_max_window_bits=0",
          "permessage-deflate; server_no_context_takeover; unheard_of",
          "permessage-deflate; server_no_context_takeover, permessage-deflate",
          "x-webkit-deflate-frame",
          "permessage-bzip2",
          "foo, bar"
        })
    void breakTheConnectionWhenTheyAreNotThoseOffered(String value) {
      assertThat(judge(DEFAULTS, answer("Sec-WebSocket-Extensions: " + value)))
          .isInstanceOf(Broken.class);
    }

    @Test
    void areNoneWhenNoneWereOffered() {
      String value = "permessage-deflate; server_no_context_takeover";

      assertThat(judge(PLAIN, answer("Sec-WebSocket-Extensions: " + value)))
          .isInstanceOf(Broken.class);
    }

    private static ResponseHead deflate(String parameters) {
      return answer("Sec-WebSocket-Extensions: permessage-deflate; " + parameters);
    }
  }

  private static ClientHandshakeResult judge(WebSocketOptions options, ResponseHead head) {
    return ClientHandshake.withKey(KEY, options).judge(head);
  }

  private static ResponseHead answer(String... more) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + ACCEPT));
    lines.addAll(List.of(more));
    return head(lines.toArray(String[]::new));
  }

  private static ResponseHead head(String... lines) {
    String head = "HTTP/1.1 101 Switching Protocols\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    return new ResponseHeadDecoder()
        .receive(ByteBuffer.wrap(head.getBytes(ISO_8859_1)))
        .orElseThrow();
  }

  private static String text(byte[] request) {
    return new String(request, ISO_8859_1);
  }
}
