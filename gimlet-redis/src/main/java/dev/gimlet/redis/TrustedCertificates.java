package dev.gimlet.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/// A PEM file of those whom to trust, looked at before it is needed.
final class TrustedCertificates {

  private static final String PEM = "CERTIFICATE-----";

  private TrustedCertificates() {}

  /// @throws IllegalArgumentException when the file cannot be used
  static void check(Path file) {
    byte[] content = read(file);
    if (!new String(content, ISO_8859_1).contains(PEM) || !isParsed(content)) {
      throw new IllegalArgumentException(
          file
              + " has no certificate that can be read: give a PEM file with"
              + " -----BEGIN CERTIFICATE----- in it");
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("cannot read " + file, unreadable);
    }
  }

  private static boolean isParsed(byte[] content) {
    try {
      return !CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(content))
          .isEmpty();
    } catch (CertificateException wrong) {
      return false;
    }
  }
}
