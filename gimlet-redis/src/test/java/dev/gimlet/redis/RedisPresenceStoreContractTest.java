package dev.gimlet.redis;

import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.PresenceStoreContractTest;
import dev.gimlet.testing.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/// What every presence store promises, in a real Redis.
class RedisPresenceStoreContractTest extends PresenceStoreContractTest {

  private static RedisProcess redis;

  private final List<Node> nodes = new ArrayList<>();

  @BeforeAll
  static void startRedis() throws Exception {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() throws Exception {
    redis.close();
  }

  @Override
  protected PresenceStore create() {
    try {
      Node node = Node.ready(redis.uri());
      nodes.add(node);
      return node.broker.presence();
    } catch (Exception notReady) {
      throw new AssertionError(notReady);
    }
  }

  @AfterEach
  void closeNodes() {
    nodes.forEach(Node::close);
  }
}
