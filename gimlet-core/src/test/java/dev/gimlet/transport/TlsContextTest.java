package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.TlsFiles;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that change while a server runs; `TlsReloadTest` does it to connections that are open.
class TlsContextTest {
  @TempDir static Path made;
  private static TestCertificate first;
  private static TestCertificate second;

  @TempDir Path folder;

  private boolean failing; // the events, as whatever a look calls might
  private final List<String> told = new ArrayList<>();
  private final ServerEvents events =
      new ServerEvents() {
        @Override
        public void certificateLoaded(Path file, Instant expiry) {
          if (failing) {
            throw new IllegalStateException("no clock");
          }
          told.add("loaded");
        }

        @Override
        public void certificateUnusable(Path file, String reason) {
          told.add(reason);
        }
      };
  private TlsFiles files;
  private TlsContext context;

  @BeforeAll
  static void makeCertificates() throws IOException {
    first = TestCertificate.create(Files.createDirectory(made.resolve("1")));
    second = TestCertificate.create(Files.createDirectory(made.resolve("2")));
  }

  @BeforeEach
  void start() throws IOException {
    Files.copy(first.certificate(), folder.resolve("cert.pem"));
    Files.copy(first.key(), folder.resolve("key.pem"));
    open(folder);
  }

  private void open(Path folder) {
    files = new TlsFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    context = new TlsContext(files, TlsProvider.JDK, Duration.ofSeconds(10), events);
    told.clear();
  }

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void thatAreTheSameAreLeftAlone() throws IOException {
    Files.setLastModifiedTime(files.key(), FileTime.fromMillis(1));

    look(3);

    assertThat(told).isEmpty();
    assertThat(served()).isEqualTo(certificate(first));
  }

  @Test
  void areUsedWhenTheyWereOverwritten() throws IOException {
    FileTime before = Files.getLastModifiedTime(files.certificate());
    Files.write(files.certificate(), Files.readAllBytes(second.certificate()));
    Files.write(files.key(), Files.readAllBytes(second.key()));
    Files.setLastModifiedTime(files.certificate(), before); // the content counts

    look(1);

    assertThat(told).containsExactly("loaded");
    assertThat(served()).isEqualTo(certificate(second));
  }

  @Test
  void areUsedWhenTheyWereRenamedIntoPlace() throws IOException {
    replaceByRename(second.certificate(), files.certificate());
    replaceByRename(second.key(), files.key());

    look(1);

    assertThat(served()).isEqualTo(certificate(second));
  }

  /// As Kubernetes replaces a secret: files → `..data` → a folder with the time in its name.
  @Test
  void areUsedWhenALinkWasSwapped() throws IOException {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Path data = secret.resolve("..data");
    Files.createSymbolicLink(data, first.certificate().getParent());
    Files.createSymbolicLink(secret.resolve("cert.pem"), Path.of("..data", "cert.pem"));
    Files.createSymbolicLink(secret.resolve("key.pem"), Path.of("..data", "key.pem"));
    context.close();
    open(secret);
    Path next = Files.createSymbolicLink(secret.resolve("next"), second.key().getParent());
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);

    look(1);

    assertThat(told).containsExactly("loaded");
    assertThat(served()).isEqualTo(certificate(second));
  }

  @Test
  void areAwaitedWhenOnlyOneOfThemIsNew() throws IOException {
    replaceByRename(second.certificate(), files.certificate());
    look(1);
    assertThat(served()).isEqualTo(certificate(first));

    replaceByRename(second.key(), files.key());
    look(1);

    assertThat(told).containsExactly("loaded");
    assertThat(served()).isEqualTo(certificate(second));
  }

  @Test
  void areReportedOnceWhenTheyStayUnusable() throws IOException {
    replaceByRename(second.certificate(), files.certificate());
    look(10);
    Files.writeString(files.certificate(), "-----BEGIN CERTIFICATE-----");
    look(10);
    Files.delete(files.certificate());
    look(10);

    assertThat(served()).isEqualTo(certificate(first));
    assertThat(told).hasSize(3);
    assertThat(told.get(0)).contains("does not belong to");
    assertThat(told.get(1)).contains("holds no PEM certificate");
    assertThat(told.get(2)).contains("there is no TLS file");
  }

  @Test
  void areNoProblemWhenTheyWereAwayForAMoment() throws IOException {
    byte[] key = Files.readAllBytes(files.key());
    Files.delete(files.key());
    look(1);
    Files.write(files.key(), key);
    look(3);

    assertThat(told).isEmpty();
  }

  @Test
  void areLeftAloneOnceItIsClosed() throws IOException {
    context.close();
    context = new TlsContext(files, TlsProvider.best(), Duration.ofSeconds(10), events);
    replaceByRename(second.certificate(), files.certificate());
    replaceByRename(second.key(), files.key());
    told.clear();
    context.close();

    look(2);

    assertThat(told).isEmpty();
  }

  @Test
  void areLookedAtAgainAfterALookThatFailed() throws IOException {
    failing = true;
    Files.write(files.certificate(), Files.readAllBytes(second.certificate()));
    Files.write(files.key(), Files.readAllBytes(second.key()));
    look(1);
    failing = false;
    Files.write(files.certificate(), Files.readAllBytes(first.certificate()));
    Files.write(files.key(), Files.readAllBytes(first.key()));

    look(1);

    assertThat(told).containsExactly("loaded");
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      context.look();
    }
  }

  /// What a new connection gets to see.
  private X509Certificate served() {
    return TlsHandshakes.servedBy(context, second.client(), first.client());
  }

  private void replaceByRename(Path from, Path to) throws IOException {
    Path copy = folder.resolve("copy");
    Files.copy(from, copy);
    Files.move(copy, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static X509Certificate certificate(TestCertificate made) throws IOException {
    try (var in = Files.newInputStream(made.certificate())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (java.security.cert.CertificateException unexpected) {
      throw new AssertionError(unexpected);
    }
  }
}
