package dev.gimlet.websocket.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Compression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeflateAgreementTest {

  private static final String PLAIN =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  /// Offers, comma-separated as in the header field, and the answer; nothing when declined.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          permessage-deflate | +
          Permessage-Deflate | +
          permessage-deflate;client_max_window_bits | +
          permessage-deflate; client_max_window_bits=8 | +
          permessage-deflate; client_max_window_bits=15 | +
          permessage-deflate; client_max_window_bits="10" | +
          permessage-deflate; client_no_context_takeover | +
          permessage-deflate; server_no_context_takeover | +
          permessage-deflate; client_no_context_takeover; server_no_context_takeover | +
          permessage-deflate; server_max_window_bits=15 | + 15
          permessage-deflate; server_max_window_bits="15" | + 15
          permessage-deflate; server_max_window_bits=15; client_max_window_bits=15 | + 15
          permessage-deflate; server_max_window_bits=8 | + 8
          permessage-deflate; server_max_window_bits=9 | + 9
          permessage-deflate; server_max_window_bits=10 | + 10
          permessage-deflate; server_max_window_bits=11 | + 11
          permessage-deflate; server_max_window_bits=12 | + 12
          permessage-deflate; server_max_window_bits=13 | + 13
          permessage-deflate; server_max_window_bits=14 | + 14
          permessage-deflate; server_max_window_bits="14" | + 14
          permessage-deflate; server_max_window_bits = 14 | + 14
          permessage-deflate; server_max_window_bits=9; client_max_window_bits=9 | + 9
          permessage-deflate; server_max_window_bits | -
          permessage-deflate; server_max_window_bits= | -
          permessage-deflate; server_max_window_bits=0 | -
          permessage-deflate; server_max_window_bits=7 | -
          permessage-deflate; server_max_window_bits=16 | -
          permessage-deflate; server_max_window_bits=08 | -
          permessage-deflate; server_max_window_bits=-9 | -
          permessage-deflate; server_max_window_bits=9x | -
          permessage-deflate; server_max_window_bits=99999999999999999999 | -
          permessage-deflate; server_max_window_bits=9; server_max_window_bits=9 | -
          permessage-deflate; client_max_window_bits= | -
          permessage-deflate; client_max_window_bits=7 | -
          permessage-deflate; client_max_window_bits=16 | -
          permessage-deflate; client_max_window_bits; client_max_window_bits | -
          permessage-deflate; client_no_context_takeover=1 | -
          permessage-deflate; client_no_context_takeover= | -
          permessage-deflate; server_no_context_takeover=true | -
          permessage-deflate; server_no_context_takeover; server_no_context_takeover | -
          permessage-deflate; unknown | -
          permessage-deflate; unknown=1 | -
          permessage-deflate; | -
          permessage-deflate;; client_max_window_bits | -
          permessage-deflate; Server_No_Context_Takeover | -
          x-webkit-deflate-frame | -
          permessage-bzip2 | -
          deflate | -
          permessage-deflate; server_max_window_bits=7, permessage-deflate | +
          permessage-bzip2, permessage-deflate; server_max_window_bits=10 | + 10
          permessage-deflate; unknown, permessage-deflate; client_max_window_bits | +
          permessage-deflate; server_max_window_bits=12, permessage-deflate | + 12
          """)
  void answersTheFirstOfferThatIsLegal(String offers, String answer) {
    var agreement = DeflateAgreement.answer(split(offers), Compression.DEFAULTS, () -> true);

    if (answer.equals("-")) {
      assertThat(agreement).isEmpty();
    } else {
      String window = answer.replaceAll("\\D", "");
      String expected = window.isEmpty() ? PLAIN : PLAIN + "; server_max_window_bits=" + window;
      assertThat(agreement).map(DeflateAgreement::toHeaderField).contains(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          permessage-deflate | permessage-deflate
          permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover
          permessage-deflate; client_no_context_takeover | permessage-deflate; client_no_context_takeover
          permessage-deflate; server_max_window_bits=10 | permessage-deflate; server_max_window_bits=10
          permessage-deflate; server_max_window_bits=15 | permessage-deflate; server_max_window_bits=15
          """)
  void allowsContextTakeoverWhereBothSidesWantIt(String offers, String answer) {
    assertThat(
            DeflateAgreement.answer(
                    split(offers), Compression.DEFAULTS.withContextTakeover(), () -> true)
                .map(DeflateAgreement::toHeaderField))
        .contains(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "permessage-deflate, 1",
    "permessage-deflate; client_no_context_takeover, 1",
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover, 0",
    "permessage-deflate; client_max_window_bits=7, 0"
  })
  void asksOnlyIfItWouldRemember(String offer, int asked) {
    var times = new AtomicInteger();
    BooleanSupplier no = () -> times.getAndIncrement() < 0;

    var agreement =
        DeflateAgreement.answer(List.of(offer), Compression.DEFAULTS.withContextTakeover(), no);
    var unasked = DeflateAgreement.answer(List.of(offer), Compression.DEFAULTS, no);

    assertThat(times).hasValue(asked);
    assertThat(agreement).isEqualTo(unasked);
  }

  @Test
  void looksAtSixteenOffers() {
    List<String> offers = new ArrayList<>(java.util.Collections.nCopies(16, "permessage-bzip2"));
    offers.add("permessage-deflate");

    assertThat(DeflateAgreement.answer(offers, Compression.DEFAULTS, () -> true)).isEmpty();
  }

  @Test
  void acceptsTheSixteenthOffer() {
    List<String> offers = new ArrayList<>(java.util.Collections.nCopies(15, "permessage-bzip2"));
    offers.add("permessage-deflate");

    assertThat(DeflateAgreement.answer(offers, Compression.DEFAULTS, () -> true)).isPresent();
  }

  private static List<String> split(String offers) {
    return Arrays.stream(offers.split(",")).map(String::strip).toList();
  }
}
