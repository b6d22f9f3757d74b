package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.testing.Slow;
import dev.gimlet.testing.TestCertificate;
import dev.gimlet.websocket.GimletException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which certificates and keys can be used, and what is said of those that cannot.
class TlsIdentityTest {
  @TempDir static Path folder;
  private static TestCertificate ec;
  private static TestCertificate otherEc;
  private static TestCertificate rsa;

  @BeforeAll
  static void makeFiles() throws IOException {
    ec = make("ec", "-keyalg", "EC", "-groupname", "secp256r1");
    otherEc = make("other-ec", "-keyalg", "EC", "-groupname", "secp256r1");
    rsa = make("rsa", "-keyalg", "RSA", "-keysize", "2048");
    TestCertificate otherRsa = make("other-rsa", "-keyalg", "RSA", "-keysize", "2048");
    String key = Files.readString(ec.key());
    byte[] der = der(ec.key());
    write("rsa.key", Files.readString(rsa.key()));
    write("other-rsa.key", Files.readString(otherRsa.key()));
    write("other-ec.key", Files.readString(otherEc.key()));
    write("pkcs1.key", TestCertificate.pem("RSA PRIVATE KEY", der));
    write("sec1.key", TestCertificate.pem("EC PRIVATE KEY", der));
    write("encrypted.key", TestCertificate.pem("ENCRYPTED PRIVATE KEY", der));
    String password = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123456789ABCDEF\n\n";
    write(
        "old-password.key",
        TestCertificate.pem("RSA PRIVATE KEY", der).replaceFirst("-\n", "-\n" + password));
    write("damaged.key", key.replace(key.substring(60, 80), "AAAAAAAAAAAAAAAAAAAA"));
    write("no-base64.key", key.replace(key.substring(60, 61), "*").replace("\n", "\n*"));
    write("empty.pem", "");
    write("damaged.pem", TestCertificate.pem("CERTIFICATE", new byte[] {1, 2, 3}));
    write("cut.pem", Files.readString(ec.certificate()).substring(0, 200));
    Files.write(folder.resolve("der.key"), der);
    Files.write(folder.resolve("der.pem"), der(ec.certificate()));
    Files.write(folder.resolve("huge.pem"), new byte[(1 << 20) + 1]);
    write("ec.key", key);
    write("ec.pem", Files.readString(ec.certificate()));
  }

  private static TestCertificate make(String name, String... options) throws IOException {
    return TestCertificate.create(Files.createDirectory(folder.resolve(name)), options);
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static byte[] der(Path pem) throws IOException {
    String base64 = Files.readString(pem, US_ASCII).replaceAll("-----[A-Z ]+-----", "");
    return Base64.getMimeDecoder().decode(base64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ec.pem      | missing.key    | there is no TLS file FOLDER/missing.key: check the path
          missing.pem | ec.key         | there is no TLS file FOLDER/missing.pem: check the path
          ec.pem      | ec             | cannot be read
          huge.pem    | ec.key         | is larger than 1 MiB
          ec.pem      | pkcs1.key      | convert it with "openssl pkcs8 -topk8 -nocrypt -in FOLDER/pkcs1.key -out new.key"
          ec.pem      | pkcs1.key      | is not PKCS #8 (BEGIN RSA PRIVATE KEY)
          ec.pem      | sec1.key       | is not PKCS #8 (BEGIN EC PRIVATE KEY): convert it with "openssl pkcs8
          ec.pem      | encrypted.key  | has a password (BEGIN ENCRYPTED PRIVATE KEY): convert it with "openssl
          ec.pem      | old-password.key | is not PKCS #8 (BEGIN RSA PRIVATE KEY): convert it with "openssl pkcs8
          ec.pem      | der.key        | convert a binary one with "openssl pkey -inform der
          der.pem     | ec.key         | convert a binary one with "openssl x509 -inform der
          ec.pem      | damaged.key    | is damaged, or does not belong to the certificate, whose key is EC
          ec.pem      | no-base64.key  | TLS
          ec.pem      | empty.pem      | holds no PEM key
          empty.pem   | ec.key         | holds no PEM certificate
          cut.pem     | ec.key         | holds no PEM certificate
          damaged.pem | ec.key         | holds a damaged certificate
          ec.key      | ec.pem         | holds a key and no certificate: are the two files swapped?
          ec.pem      | ec.pem         | holds a certificate and no key: are the two files swapped?
          ec.pem      | rsa.key        | does not belong to the certificate, whose key is EC
          ec.pem      | other-ec.key   | does not belong to the first certificate of
          rsa/cert.pem | other-rsa.key | does not belong to the first certificate of
          """)
  void saysWhatIsWrong(String certificate, String key, String message) {
    String expected = message.replace("FOLDER", folder.toString());

    assertThatExceptionOfType(GimletException.class)
        .isThrownBy(() -> read(folder.resolve(certificate), folder.resolve(key)))
        .withMessageContaining(expected)
        .withMessageContaining("TLS");
  }

  @ParameterizedTest
  @CsvSource({
    "EC, -groupname, secp256r1",
    "EC, -groupname, secp384r1",
    "EdDSA, -groupname, Ed25519",
    "RSA, -keysize, 2048",
    "RSASSA-PSS, -keysize, 2048"
  })
  @Slow
  void takesEveryUsualKind(String algorithm, String option, String value, @TempDir Path made) {
    TestCertificate files = TestCertificate.create(made, "-keyalg", algorithm, option, value);

    TlsIdentity identity = read(files.certificate(), files.key());

    assertThat(identity.chain()).hasSize(1);
    assertThat(identity.expiry()).isAfter(Instant.now());
  }

  @Test
  void keepsTheOrderOfTheChain() throws Exception {
    Path chain = folder.resolve("chain.pem");
    Files.writeString(
        chain,
        "a comment\n"
            + Files.readString(ec.certificate())
            + "\n# the one above it\n"
            + Files.readString(otherEc.certificate()));

    TlsIdentity identity = read(chain, ec.key());

    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try (var one = Files.newInputStream(ec.certificate());
        var two = Files.newInputStream(otherEc.certificate())) {
      assertThat(identity.chain())
          .isEqualTo(List.of(factory.generateCertificate(one), factory.generateCertificate(two)));
    }
  }

  @Test
  void takesBothOutOfOneFile() throws IOException {
    Path both = folder.resolve("both.pem");
    Files.writeString(both, Files.readString(ec.key()) + Files.readString(ec.certificate()));

    assertThat(read(both, both).chain()).hasSize(1);
  }

  @Test
  void takesAnExpiredOne(@TempDir Path made) {
    TestCertificate old =
        TestCertificate.create(made, "-keyalg", "EC", "-startdate", "-10d", "-validity", "5");

    assertThat(read(old.certificate(), old.key()).expiry()).isBefore(Instant.now());
  }

  private static TlsIdentity read(Path certificate, Path key) {
    return TlsIdentity.of(PemFile.read(certificate), PemFile.read(key));
  }
}
