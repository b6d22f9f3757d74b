package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.redis.Advice.Line;
import dev.gimlet.testing.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {

  private final Advice advice = new Advice("host:6379", line -> {});

  @ParameterizedTest
  @CsvSource({"allkeys-lru", "allkeys-random", "volatile-ttl"})
  void warnsOfEviction(String policy) {
    List<Line> lines =
        advice.lines("# Memory\r\nmaxmemory:1000\r\nmaxmemory_policy:" + policy + "\r\n");

    assertThat(lines)
        .singleElement()
        .satisfies(line -> {
          assertThat(line.isWarning()).isTrue();
          assertThat(line.text()).contains("host:6379", policy, "noeviction");
        });
  }

  @ParameterizedTest
  @CsvSource({"0,allkeys-lru", "1000,noeviction"})
  void isSilentWhenNothingIsEvicted(String memory, String policy) {
    String info = "maxmemory:" + memory + "\r\nmaxmemory_policy:" + policy + "\r\n";

    assertThat(advice.lines(info)).isEmpty();
  }

  @Test
  void tellsThatNothingIsWrittenAsItHappens() {
    assertThat(advice.lines("aof_enabled:0\r\n"))
        .singleElement()
        .satisfies(line -> assertThat(line.isWarning()).isFalse());
    assertThat(advice.lines("aof_enabled:1\r\n")).isEmpty();
  }

  @Test
  void isLoggedOnceForEachNode() throws Exception {
    List<String> logged = new ArrayList<>();
    Logger logger = Logger.getLogger("gimlet.redis");
    Handler handler = new ListHandler(logged);
    logger.addHandler(handler);
    try (RedisProcess redis =
            RedisProcess.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        Node node = Node.ready(redis.uri())) {
      redis.kill();
      Await.until("away", () -> !node.broker.isReady());
      redis.restart();
      node.awaitReady();
      node.publish("lobby", "after the settings were asked for again");

      assertThat(logged).filteredOn(it -> it.contains("" + redis.port())).hasSize(1);
      assertThat(logged).anyMatch(it -> it.contains("allkeys-lru"));
    } finally {
      logger.removeHandler(handler);
    }
  }

  private static final class ListHandler extends Handler {

    private final List<String> lines;

    ListHandler(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
