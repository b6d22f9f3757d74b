package dev.gimlet.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.BrokerException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.internal.ExceptionFactory;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

  private static Throwable reply(String error) {
    return new CompletionException(ExceptionFactory.createExecutionException(error));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "READONLY You can't write against a read only replica.",
        "ERR Error running script (call to f_0): @user_script:3: -READONLY You can't write",
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down"
      })
  void looksForAnotherServerWhenThisOneCannot(String error) {
    assertThat(Failures.isOfServer(reply(error))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OOM command not allowed when used memory > 'maxmemory'.",
        "CLUSTERDOWN Hash slot not served",
        "MOVED 3999 127.0.0.1:6381",
        "MISCONF Redis is configured to save RDB snapshots",
        "NOPERM User gimlet has no permissions",
        "ERR unknown command"
      })
  void staysWithAServerThatRefusesAndSaysWhy(String error) {
    assertThat(Failures.isOfServer(reply(error))).isFalse();
    assertThat(Failures.exception(reply(error)))
        .hasMessageStartingWith("Redis refused: ")
        .hasMessageContaining(error);
  }

  @Test
  void knowsThatAScriptHasToBeSent() {
    assertThat(Failures.isUnknownScript(reply("NOSCRIPT No matching script."))).isTrue();
    assertThat(Failures.isUnknownScript(reply("ERR NOSCRIPT"))).isFalse();
  }

  @Test
  void saysThatItMayHaveHappened() {
    assertThat(Failures.exception(new RedisCommandTimeoutException("after 4 s")))
        .hasMessageContaining("did not answer in time")
        .hasMessageContaining("may still do");
    assertThat(Failures.exception(new CompletionException(new RedisException("connection reset"))))
        .hasMessageContaining("may have done")
        .hasMessageContaining("connection reset");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Currently not connected. Commands are rejected.", "Connection is closed"})
  void knowsWhatWasNeverSent(String message) {
    var failure = new CompletionException(new RedisException(message));

    assertThat(Failures.isNotSent(failure)).isTrue();
    assertThat(Failures.reason(failure)).isEqualTo("is it running?");
  }

  @Test
  void asksWhetherARedisThatRefusesConnectionsIsRunning() {
    var refused = new ConnectException("finishConnect(..) failed with error(-111): refused");
    var ofOne = new RedisConnectionException("Unable to connect to host:6379", refused);
    var ofCluster = new RedisException("Cannot retrieve partitions");
    ofCluster.addSuppressed(ofOne);

    assertThat(Failures.reason(new CompletionException(ofOne))).isEqualTo("is it running?");
    assertThat(Failures.reason(ofCluster)).isEqualTo("is it running?");
  }

  @Test
  void takesALostConnectionForOneThatMayHaveCarriedIt() {
    assertThat(Failures.isNotSent(new RedisException("Connection closed"))).isFalse();
    assertThat(Failures.isNotSent(new RedisConnectionException("Connection disconnected")))
        .isFalse();
  }

  @Test
  void knowsThatASlotIsBeingMoved() {
    Throwable refusal = reply("TRYAGAIN Multiple keys request during rehashing of slot");

    assertThat(Failures.isInTransit(refusal)).isTrue();
    assertThat(Failures.isInTransit(Failures.exception(refusal))).isTrue();
    assertThat(Failures.isInTransit(reply("ERR TRYAGAIN"))).isFalse();
    assertThat(Failures.isInTransit(new BrokerException("TRYAGAIN"))).isFalse();
  }

  @Test
  void passesItsOwnExceptionsOn() {
    var known = new BrokerException("known");

    assertThat(Failures.exception(new CompletionException(known))).isSameAs(known);
  }

  @Test
  void tellsTheReasonBelow() {
    assertThat(Failures.reason(new RedisException("cannot connect", new Exception("refused"))))
        .isEqualTo("cannot connect: refused");
    assertThat(Failures.reason(new IllegalStateException())).isEqualTo("IllegalStateException");
  }
}
