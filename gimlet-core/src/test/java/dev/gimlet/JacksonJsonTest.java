package dev.gimlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JacksonJsonTest {
  private final JacksonJson json = new JacksonJson();

  record Team(String name, List<Player> players) {}

  record Broken(int divisor) {
    public int getQuotient() {
      return 1 / divisor;
    }
  }

  record Player(String name, int score) {}

  @Test
  void writesAndReadsRecords() {
    Team team = new Team("A", List.of(new Player("ä\uD83D\uDE00", 1)));

    assertThat(json.read(json.write(team), Team.class)).isEqualTo(team);
  }

  @Test
  void writesMaps() {
    assertThat(new String(json.write(Map.of("message", "pong")), UTF_8))
        .isEqualTo("{\"message\":\"pong\"}");
  }

  @Test
  void ignoresUnknownProperties() {
    assertThat(read("{\"name\":\"A\",\"colour\":\"red\"}").name()).isEqualTo("A");
  }

  @Test
  void readsWhatIsNotPrimitiveAsNullAndNumbersAsText() {
    Player player = json.read("{\"score\":\"5\"}".getBytes(UTF_8), Player.class);

    assertThat(player.name()).isNull();
    assertThat(player.score()).isEqualTo(5);
  }

  @Test
  void readsLists() {
    byte[] two = "[{\"score\":1},{\"score\":2}]".getBytes(UTF_8);

    assertThat(json.read(two, Player[].class)).extracting(Player::score).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{ | malformed at line 1, column",
        "nonsense | malformed at line 1, column",
        "{\"name\":1} {} | has another form than expected",
        "{\"name\":\"a\",\"name\":\"b\"} | the name \"name\" appears twice at line 1",
        "{\"players\":[{\"score\":7.5}]} | \"players[0].score\" must be a whole number",
        "{\"players\":[{\"score\":7.0}]} | \"players[0].score\" must be a whole number",
        "{\"players\":[{\"score\":99999999999}]} | \"players[0].score\" is too large at line 1",
        "{\"players\":[{\"name\":\"a\"}]} | \"players[0].score\" is missing at line 1",
        "{\"players\":[{\"score\":\"\"}]} | for \"players[0].score\"",
        "{\"players\":[{\"score\":1},{\"score\":\"x\"}]} | for \"players[1].score\" at line 1",
        "{\"players\":[{\"score\":null}]} | for \"players[0].score\"",
        "{\"players\":5} | for \"players\"",
        "[] | has another form than expected",
        "null | the JSON is null"
      })
  void saysWhereItIsWrong(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(text))
        .withMessageContaining(message)
        .withMessageNotContainingAny("java", "dev.gimlet", "Player", "Team");
  }

  @Test
  void readsNoDeepNesting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + "}"))
        .withMessageContaining("too deeply");
  }

  @Test
  void readsNoHugeNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{\"players\":[{\"score\":" + "1".repeat(1000) + "}]}"));
  }

  @Test
  void readsWhatIsAtItsLimitsAndNothingBeyond() {
    assertAtMost(100, depth -> "{\"x\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}");
    assertAtMost(1024, length -> "{\"" + "n".repeat(length) + "\":1}");
    assertAtMost(100, digits -> "{\"big\":" + "1".repeat(digits) + "}");
    assertAtMost(16 << 20, length -> "{\"name\":\"" + "t".repeat(length) + "\"}");
  }

  private void assertAtMost(int limit, IntFunction<String> text) {
    assertThat(json.read(text.apply(limit).getBytes(UTF_8), Object.class)).isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.read(text.apply(limit + 1).getBytes(UTF_8), Object.class))
        .withMessageContaining("nested too deeply or has too long a name, number or text");
  }

  @Test
  void saysWhatItCannotWrite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.write(Map.of("a", new Broken(0))))
        .withMessageContaining("cannot be written as JSON");
  }

  private Team read(String text) {
    return json.read(text.getBytes(UTF_8), Team.class);
  }
}
