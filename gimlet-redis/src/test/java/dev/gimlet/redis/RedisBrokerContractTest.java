package dev.gimlet.redis;

import dev.gimlet.spi.Broker;
import dev.gimlet.spi.BrokerContractTest;
import dev.gimlet.testing.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// What every broker promises, through a real Redis.
class RedisBrokerContractTest extends BrokerContractTest {

  private static RedisProcess redis;

  @BeforeAll
  static void startRedis() throws Exception {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() throws Exception {
    redis.close();
  }

  @Override
  protected Broker create() {
    return RedisBroker.connect(redis.uri());
  }
}
