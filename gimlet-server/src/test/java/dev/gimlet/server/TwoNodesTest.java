package dev.gimlet.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.gimlet.server.ChatPages.bodies;
import static dev.gimlet.server.ChatPages.desktop;
import static dev.gimlet.server.ChatPages.say;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.gimlet.testing.RedisProcess;
import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `gimlet serve --redis` as two processes, with the command lines of the documentation.
@Timeout(240)
@Slow
class TwoNodesTest {

  private static final Pattern COMMAND =
      Pattern.compile("```sh\n\\./gimlet (serve --redis .*)\n```");

  @Test
  void twoBrowsersMeetInOneRoom() throws Exception {
    List<String> commands =
        COMMAND
            .matcher(Files.readString(Path.of("..", "docs", "cluster.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(commands).hasSize(2);
    assertThat(commands.get(0)).endsWith("--port 8080");
    assertThat(commands.get(1)).endsWith("--port 8081");
    try (RedisProcess redis = RedisProcess.start();
        NodeProcess one = serve(commands.get(0), redis);
        NodeProcess two = serve(commands.get(1), redis);
        Chromium chromium = Chromium.launch();
        ChatPages pages = new ChatPages(chromium)) {
      awaitHealth(one, 200);
      awaitHealth(two, 200);
      Page ann = pages.open("Ann", desktop(), one.http("/"));
      Page bob = pages.open("Bob", desktop(), two.http("/"));
      assertThat(ann.locator("#people .person-name")).hasText(new String[] {"Ann", "Bob"});

      say(ann, "hello from 8080");
      assertThat(bodies(bob)).hasText("hello from 8080");
      say(bob, "hello from 8081");

      for (Page page : List.of(ann, bob)) {
        assertThat(bodies(page)).hasText(new String[] {"hello from 8080", "hello from 8081"});
        assertThat(page.locator("#people .person-name").allTextContents())
            .containsExactlyInAnyOrder("Ann", "Bob");
      }
    }
  }

  /// As written, but with ports that are free.
  private static NodeProcess serve(String command, RedisProcess redis) throws Exception {
    String line =
        command
            .replace("localhost:6379", "localhost:" + redis.port())
            .replaceFirst("--port \\d+", "--port 0");
    return NodeProcess.start(Main.class, line.split(" "));
  }

  @Test
  void saysThatRedisIsAwayAndGoesOnWhenItIsBack() throws Exception {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.kill();
      try (NodeProcess node = serve("serve --redis redis://localhost:6379 --port 0", redis)) {
        awaitHealth(node, 503);
        redis.restart();
        awaitHealth(node, 200);
      }
    }
  }

  @Test
  void trustsTheCertificateThatItIsGiven(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.create(folder);
    int port = RedisProcess.freePort();
    String file = certificate.certificate().toString();
    try (RedisProcess redis =
            RedisProcess.start(
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                file,
                "--tls-ca-cert-file",
                file,
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-auth-clients",
                "no");
        NodeProcess node =
            NodeProcess.start(
                Main.class,
                "serve",
                "--port",
                "0",
                "--redis",
                "rediss://localhost:" + port,
                "--redis-ca",
                file)) {
      awaitHealth(node, 200);

      assertThat(redis.command("CLIENT", "LIST")).contains("laddr=127.0.0.1:" + port);
    }
  }

  private static void awaitHealth(NodeProcess node, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(node.http("/health")).timeout(Duration.ofSeconds(10)).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (http.send(request, BodyHandlers.discarding()).statusCode() != status) {
        assertThat(System.nanoTime()).as("health " + status).isLessThan(end);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }
}
