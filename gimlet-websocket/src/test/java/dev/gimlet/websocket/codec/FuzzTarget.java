package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import dev.gimlet.websocket.codec.HandshakeResult.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What a fuzzer feeds: any bytes at all must end in one of the outcomes that are foreseen.
///
/// Immutable. The bytes of one call share nothing with those of another.
enum FuzzTarget {
  /// Frames for either side, with or without compression, in one piece and in many.
  DECODER {
    @Override
    void feed(byte[] input) {
      if (input.length > 0) {
        Side side = (input[0] & 1) == 0 ? Side.SERVER : Side.CLIENT;
        boolean compression = (input[0] & 2) != 0;
        byte[] wire = Arrays.copyOfRange(input, 1, input.length);
        List<Event> atOnce = read(side, compression, wire, Math.max(1, wire.length));
        List<Event> inPieces = read(side, compression, wire, 1 + (input[0] >> 2 & 7));
        require(atOnce.equals(inPieces), atOnce, "but in pieces", inPieces);
      }
    }
  },

  /// A request head: lines of `name: value`.
  HANDSHAKE {
    @Override
    void feed(byte[] input) {
      ScriptedRequest request = ScriptedRequest.opening();
      for (String line : new String(input, ISO_8859_1).split("\n", 64)) {
        String[] field = line.split(":", 2);
        if (field.length == 2) {
          List<String> values = new ArrayList<>(request.headerFields(field[0]));
          values.add(field[1].strip());
          request = request.with(field[0], values.toArray(String[]::new));
        } else {
          request = request.without(line);
        }
      }
      Map<String, String> answer =
          switch (Handshake.accept(request, OPTIONS)) {
            case Accepted accepted -> accepted.responseFields();
            case Refused refused -> refused.responseFields();
          };
      require(answer.values().stream().allMatch(value -> value.matches("[ -~]*")), answer);
    }
  },

  /// Payloads of compressed messages, and messages to compress.
  DEFLATE {
    @Override
    void feed(byte[] input) {
      try (var inflater = new MessageInflater();
          var deflater = new MessageDeflater(1)) {
        var window = new SlidingWindow();
        int bits = 8 + (input.length == 0 ? 0 : input[0] & 7);
        for (int round = 0; round < 2; round++) {
          byte[] compressed = deflater.deflateFurther(input, bits);
          byte[] back = inflater.inflateFurther(compressed, window, input.length);
          require(Arrays.equals(back, input), "came back as something else", input.length);
        }
        byte[] inflated = inflater.inflate(input, LIMIT);
        require(inflated.length <= LIMIT, inflated.length);
      } catch (ProtocolException fault) {
        int code = fault.closeStatus().code();
        require(code == 1007 || code == 1009, code);
      }
    }
  };

  private static final int LIMIT = 1 << 16;
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.builder()
          .subprotocols("chat")
          .allowOrigins("https://*.example")
          .compression(Compression.DEFAULTS.withContextTakeover())
          .build();

  /// Throws when the outcome is none of those foreseen.
  abstract void feed(byte[] input);

  private static List<Event> read(Side side, boolean compression, byte[] wire, int pieceBytes) {
    try (var inflater = new MessageInflater()) {
      var endpoint = new Endpoint(side, LIMIT, compression ? inflater::inflate : Inflation.NONE);
      for (int from = 0; from < wire.length; from += pieceBytes) {
        endpoint.receive(Arrays.copyOfRange(wire, from, Math.min(wire.length, from + pieceBytes)));
      }
      endpoint.protocol.end();
      return endpoint.events;
    }
  }

  private static void require(boolean fine, Object... words) {
    if (!fine) {
      throw new AssertionError(Arrays.toString(words));
    }
  }
}
