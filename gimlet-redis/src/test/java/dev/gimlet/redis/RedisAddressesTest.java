package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.spi.Retention;
import dev.gimlet.testing.RedisCluster;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Redis behind TLS, an ACL and a Sentinel: real processes, reached by their addresses.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@Slow
class RedisAddressesTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "cluster.md");

  @TempDir private Path folder;

  @BeforeAll
  static void needRedis() throws Exception {
    Assumptions.assumeTrue(RedisProcess.isInstalled(7) || RedisProcess.isRequired());
  }

  @Test
  void goesThroughTls() throws Exception {
    TestCertificate certificate = TestCertificate.create(folder);
    int port = RedisProcess.freePort();
    try (RedisProcess redis = startWithTls(certificate, port);
        Node node =
            Node.start(
                RedisBroker.builder("rediss://localhost:" + port)
                    .trust(certificate.certificate()))) {
      node.awaitReady();

      node.subscribe("lobby");
      node.publish("lobby", "secret");

      assertThat(node.next()).isEqualTo("secret");
      assertThat(redis.command("CLIENT", "LIST")).contains("laddr=127.0.0.1:" + port);
    }
  }

  @Test
  void doesNotTalkToARedisThatItDoesNotTrust() throws Exception {
    TestCertificate certificate = TestCertificate.create(folder);
    int port = RedisProcess.freePort();
    try (RedisProcess redis = startWithTls(certificate, port);
        Node node = Node.start(RedisBroker.builder("rediss://localhost:" + port))) {
      Await.until("refused", () -> saysWhyItIsAway(node).contains("certification path"));

      assertThat(saysWhyItIsAway(node)).contains("localhost:" + port);
      assertThat(node.broker.isReady()).isFalse();
      assertThat(redis.command("DBSIZE")).isEqualTo("0");
    }
  }

  private static String saysWhyItIsAway(Node node) throws Exception {
    return "" + Await.failure(node.send("lobby", "secret", Node.KEPT)).getMessage();
  }

  private static RedisProcess startWithTls(TestCertificate certificate, int port) throws Exception {
    return RedisProcess.start(
        "--tls-port", "" + port,
        "--tls-cert-file", certificate.certificate().toString(),
        "--tls-key-file", certificate.key().toString(),
        "--tls-ca-cert-file", certificate.certificate().toString(),
        "--tls-auth-clients", "no");
  }

  @Test
  void refusesAFileOfCertificatesThatIsNotThere() {
    RedisBroker.Builder builder = RedisBroker.builder("rediss://localhost");

    assertThatThrownBy(() -> builder.trust(folder.resolve("none.pem")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.pem");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n"
      })
  void refusesAFileWithoutACertificate(String content) throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), content);
    RedisBroker.Builder builder = RedisBroker.builder("rediss://localhost");

    assertThatThrownBy(() -> builder.trust(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + " has no certificate that can be read: give a PEM file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"redis://a", "redis://a,b", "redis-sentinel://a/0#rooms", "redis-cluster://a,b"})
  void refusesCertificatesWithoutTls(String uri) {
    Path certificate = TestCertificate.create(folder).certificate();
    RedisBroker.Builder builder = RedisBroker.builder(uri).trust(certificate);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the file of certificates " + certificate + " is of no use without rediss://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rediss://a", "rediss://a,b", "rediss-sentinel://a/0#rooms", "rediss-cluster://a"})
  void takesCertificatesWithTls(String uri) {
    Path certificate = TestCertificate.create(folder).certificate();

    RedisBroker.builder(uri).trust(certificate).build().close();
  }

  @Test
  void needsNoMoreThanTheDocumentedUserMay() throws Exception {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.command(documentedUser());
      String uri = "redis://gimlet:PASSWORD@127.0.0.1:" + redis.port();
      try (Node one = Node.ready(uri);
          Node two = Node.ready(uri)) {
        useEverything(one, two);
        beginsANewEpoch(redis, one, two);
        redis.command("SCRIPT", "FLUSH");
        one.publish("lobby", "scripts are loaded again");
      }
      assertNothingWasForbidden(redis);
    }
  }

  @Test
  void needsNoMoreInAClusterEither() throws Exception {
    try (RedisCluster cluster = RedisCluster.start()) {
      for (RedisProcess each : cluster.all()) {
        each.command(documentedUser());
      }
      String uri = cluster.uri().replace("://", "://gimlet:PASSWORD@");
      try (Node one = Node.ready(uri);
          Node two = Node.ready(uri)) {
        useEverything(one, two);
        beginsANewEpoch(cluster.masterOf(cluster.slot("{lobby}")), one, two);
      }
      for (RedisProcess each : cluster.all()) {
        assertNothingWasForbidden(each);
      }
    }
  }

  @Test
  void isToldWhenTheUserMayNot() throws Exception {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.command(
          Stream.of(documentedUser())
              .map(word -> word.equals("~gimlet:*") ? "~other:*" : word)
              .toArray(String[]::new));
      try (Node node = Node.ready("redis://gimlet:PASSWORD@127.0.0.1:" + redis.port())) {
        assertThat(Await.failure(node.send("lobby", "a", Node.KEPT)))
            .isInstanceOf(BrokerException.class)
            .hasMessageContaining("NOPERM");
      }
    }
  }

  /// The words of the very command in the documentation.
  private static String[] documentedUser() throws Exception {
    Matcher command =
        Pattern.compile("redis-cli (ACL SETUSER [^`]*)").matcher(Files.readString(DOCUMENT));
    assertThat(command.find()).isTrue();
    return command.group(1).replaceAll("['\\\\\n]", " ").strip().split("\\s+");
  }

  /// Everything that a broker has commands for.
  private static void useEverything(Node one, Node two) throws Exception {
    PublishOptions once = PublishOptions.NONE.idempotencyKey("k");
    two.subscribe("lobby");
    Await.result(two.broker.subscribe("passing", Retention.NONE));
    Position first = one.position("lobby", "a");
    Await.result(one.broker.publish("lobby", Text.of("b"), once, Node.KEPT));
    assertThat(Await.result(one.broker.publish("lobby", Text.of("b"), once, Node.KEPT)).repeated())
        .isTrue();
    assertThat(List.of(two.next(), two.next())).containsExactly("a", "b");
    Await.result(one.send("passing", "c", Retention.NONE));
    assertThat(two.next()).isEqualTo("c");
    Await.result(one.broker.publish("passing", Text.of("d"), once, Retention.NONE));
    assertThat(two.next()).isEqualTo("d");
    assertThat(Await.result(two.broker.history("lobby", 10, Node.KEPT)).publications()).hasSize(2);
    assertThat(Await.result(two.broker.recover("lobby", first, Node.KEPT)))
        .isInstanceOf(Recovered.class);
    Await.result(two.broker.unsubscribe("passing"));
    trimsByAge(one);
    var ann = new Present("1", "ann");
    Await.result(one.broker.presence().enter("lobby", ann));
    Await.result(one.broker.presence().enter("lobby", new Present("2", "bob")));
    assertThat(Await.result(two.broker.presence().presence("lobby", 1)).count()).isEqualTo(2);
    assertThat(Await.result(two.broker.presence().presence("lobby", 9)).members()).contains(ann);
    Await.result(one.broker.presence().leave("lobby", ann));
    assertThat(Await.result(one.broker.nodes())).isNotEmpty();
  }

  private static void trimsByAge(Node node) throws Exception {
    var brief = new Retention(100, Duration.ofMillis(1));
    for (int i = 0; i < 3; i++) {
      Await.result(node.send("brief", "" + i, brief));
    }
  }

  /// As if Redis had been set back.
  private static void beginsANewEpoch(RedisProcess redis, Node one, Node two) throws Exception {
    RoomKeys keys = RoomKeys.of("gimlet", "lobby");
    redis.command("DEL", keys.stream());
    redis.command("HSET", keys.state(), "offset", "0", "tag", "0");
    one.publish("lobby", "e");
    Await.until("told", () -> !two.lost.isEmpty());
    assertThat(two.lost.getFirst()).contains("set back");
  }

  /// Each client of Redis 7.2 and newer tells its name, and does without when it may not.
  private static void assertNothingWasForbidden(RedisProcess redis) throws Exception {
    List<String> log = redis.command("ACL", "LOG").lines().toList();
    for (int i = 0; i + 1 < log.size(); i++) {
      if (log.get(i).equals("object")) {
        assertThat(log.get(i + 1)).isEqualTo("client|setinfo");
      }
    }
  }

  @Test
  void followsSentinelToTheReplica() throws Exception {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica =
            RedisProcess.start(
                "--replicaof", "127.0.0.1 " + primary.port(), "--repl-diskless-sync-delay", "0");
        RedisProcess sentinel = RedisProcess.startSentinel("rooms", primary);
        Node one = Node.ready("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#rooms");
        Node two = Node.ready("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#rooms")) {
      two.subscribe("lobby");
      one.publish("lobby", "before");
      two.next();
      Await.until("replicated", () -> primary.command("WAIT", "1", "1000").equals("1"));
      Await.until(
          "known to the sentinel",
          () -> sentinel.command("SENTINEL", "REPLICAS", "rooms").contains("" + replica.port()));

      primary.kill();
      assertThat(one.broker.place()).contains("" + sentinel.port());
      publishUntilTaken(one, "after");

      assertThat(two.next()).isEqualTo("after");
      assertThat(two.lost).isEmpty();
      assertThat(replica.command("ROLE")).startsWith("master");
    }
  }

  private static void publishUntilTaken(Node node, String text) throws Exception {
    PublishOptions once = PublishOptions.NONE.idempotencyKey(text);
    boolean isTaken = false;
    while (!isTaken) {
      try {
        Await.result(node.broker.publish("lobby", Text.of(text), once, Node.KEPT));
        isTaken = true;
      } catch (ExecutionException away) {
        assertThat(away).hasCauseInstanceOf(BrokerException.class);
        Await.until("ready", node.broker::isReady);
      }
    }
  }
}
