package dev.gimlet.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for `localhost` that signs itself, and its key: two PEM files. Immutable.
///
/// The JDK's own keytool makes it: nothing has to be installed, and nothing is kept in the sources.
public record TestCertificate(Path certificate, Path key) {
  private static final String ALIAS = "server";
  private static final String STORE = "keys.p12"; // beside the two
  private static final String PASSWORD = "changeit";
  private static final int LINE = 64;

  /// Makes one with an EC key.
  public static TestCertificate create(Path folder) {
    return create(folder, "-keyalg", "EC", "-groupname", "secp256r1");
  }

  /// Makes one with these options of keytool; without others it is valid for 90 days.
  public static TestCertificate create(Path folder, String... options) {
    try {
      return write(folder, store(folder.resolve(STORE), options));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    } catch (GeneralSecurityException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /// A client's context that trusts this certificate and no other.
  public SSLContext client() {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null);
      try (InputStream in = Files.newInputStream(certificate)) {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        trusted.setCertificateEntry(ALIAS, factory.generateCertificate(in));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (GeneralSecurityException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /// A server's context that shows this certificate.
  public SSLContext server() {
    try {
      char[] password = PASSWORD.toCharArray();
      KeyStore store = KeyStore.getInstance(certificate.resolveSibling(STORE).toFile(), password);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (GeneralSecurityException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /// A PEM block of that label (RFC 7468).
  public static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            label, Base64.getMimeEncoder(LINE, "\n".getBytes(US_ASCII)).encodeToString(der), label);
  }

  private static KeyStore store(Path file, String... options)
      throws IOException, GeneralSecurityException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC")); // it lives a second
    command.addAll(List.of("-genkeypair", "-alias", ALIAS, "-dname", "CN=localhost"));
    command.addAll(List.of("-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options));
    run(command);
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  private static void run(List<String> command) throws IOException {
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    try {
      if (keytool.waitFor() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private static TestCertificate write(Path folder, KeyStore store)
      throws IOException, GeneralSecurityException {
    TestCertificate made =
        new TestCertificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    byte[] key = store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
    Files.writeString(
        made.certificate, pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()));
    Files.writeString(made.key, pem("PRIVATE KEY", key));
    return made;
  }
}
