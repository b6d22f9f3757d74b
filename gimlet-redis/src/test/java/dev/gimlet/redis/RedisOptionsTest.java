package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisOptionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://host",
        "redis://host:6379/1",
        "redis://user:one,two@host:6379",
        "rediss://:one,two@host",
        "redis://host?clientName=one,two",
        "redis-sentinel://one,two/0#name"
      })
  void isOneServer(String uri) {
    assertThat(RedisOptions.isCluster(uri)).isFalse();
    assertThat(RedisOptions.servers(uri)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://one,two",
        "rediss://one:6379,two:6380",
        "redis://user:word@one,two",
        "redis-cluster://one,two",
        "rediss-cluster://one,two"
      })
  void isACluster(String uri) {
    assertThat(RedisOptions.isCluster(uri)).isTrue();
    assertThat(RedisOptions.servers(uri)).map(RedisURI::getHost).containsExactly("one", "two");
  }

  @Test
  void isAClusterThatIsReachedByOneServer() {
    assertThat(RedisOptions.isCluster("redis-cluster://one")).isTrue();
  }
}
