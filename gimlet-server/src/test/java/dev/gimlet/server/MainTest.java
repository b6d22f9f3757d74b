package dev.gimlet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.gimlet.testing.TestCertificate;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve --port 99999       | write a number from 1 to 65535
          serve --port -1          | write a number from 1 to 65535
          serve --port http        | write a number from 1 to 65535
          serve --allow-origin foo | write it like https://chat.example
          serve --allow-host=      | "" is not a host: write it like chat.example
          serve --allow-host a:80  | without a port
          serve --allow-host http://a | without http://
          serve --allow-host *.a   | write it like chat.example
          serve --host a/b         | write an address or a name
          serve --tls-cert a.pem   | give --tls-cert and --tls-key
          serve --tls-key a.pem    | give --tls-cert and --tls-key
          serve --trusted-proxy a  | write one like 10.0.0.0/8
          serve --trusted-proxy 10.1.2.3/8 | write 10.0.0.0/8
          serve --proxy-protocol   | give --trusted-proxy too
          serve --max-connections 0 | "0" is no limit: write a number from 1 on
          serve --max-per-address x | write a number from 1 on
          serve --max-per-address -1 | write a number from 1 on
          serve --max-per-user -1  | unknown option --max-per-user (gimlet serve --help
          serve --admission-rate 9999999999 | write a number from 1 on
          serve --redis ftp://x    | write it like redis://host:6379
          serve --redis rediss://x --redis-ca pom.xml | --redis-ca: pom.xml has no certificate
          serve --redis rediss://x --redis-ca no.pem | --redis-ca: cannot read no.pem
          serve --prot             | unknown option --prot, did you mean --port?
          serve --prot 8080        | unknown option --prot, did you mean --port?
          serve now                | serve does not take the argument now
          serve --drain 61m        | --drain: at most 60m
          serve --drain soon       | write a number and ms, s or m
          sevre                    | there is no command sevre: use serve, run, connect or bench
          """)
  void answersABadCommandLineWithOneLine(String line, String advice) {
    int exitCode = run(line.split(" "));

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).startsWith("gimlet: ").contains(advice).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  @Timeout(value = 60, threadMode = SEPARATE_THREAD) // a server that starts stays
  void refusesCertificatesForARedisWithoutTls(@TempDir Path folder) {
    String certificate = TestCertificate.create(folder).certificate().toString();

    int exitCode = run("serve", "--redis", "redis://x", "--redis-ca", certificate);

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("gimlet: --redis: the file of certificates")
        .contains("is of no use without rediss://")
        .hasLineCount(1);
  }

  @Test
  void documentsItsOptionsAndExitCodes() {
    int exitCode = run("serve", "--help");

    assertThat(exitCode).isZero();
    assertThat(out.toString())
        .contains(
            "--host",
            "--port",
            "--allow-origin",
            "--allow-host=NAME",
            "--tls-cert",
            "--tls-key",
            "Exit codes:")
        .contains("--trusted-proxy", "--proxy-protocol", "--max-connections", "--max-per-address")
        .contains("--drain=TIME", "default 7s")
        .contains("--admission-rate", "90 % of the files")
        .doesNotContain("--max-per-user") // the server knows no users
        .containsPattern("(?m)^ +0 +stopped")
        .containsPattern("(?m)^ +1 +could not start")
        .containsPattern("(?m)^ +2 +the command line")
        .containsPattern("(?m)^ +3 +no JDK 25");
  }

  @Test
  void tellsItsVersion() {
    int exitCode = run("--version");

    assertThat(exitCode).isZero();
    assertThat(out.toString()).startsWith("gimlet ");
  }

  private int run(String... arguments) {
    return Main.run(
        InputStream.nullInputStream(),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        arguments);
  }
}
