package dev.gimlet.transport;

import dev.gimlet.websocket.GimletException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who a server is: a certificate with those that lead to its root, and the private key. Immutable.
record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final byte[] PROBE = {1, 2, 3};
  private static final Map<String, String> SIGNATURES =
      Map.of("EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  /// Reads an identity out of two files.
  ///
  /// @throws GimletException when they cannot be used; the message says what to do
  static TlsIdentity of(PemFile certificate, PemFile key) {
    List<X509Certificate> chain = chain(certificate);
    PublicKey publicKey = chain.getFirst().getPublicKey();
    TlsIdentity identity = new TlsIdentity(chain, privateKey(key, publicKey.getAlgorithm()));
    if (!identity.isPair(publicKey)) {
      throw mismatch(certificate.path(), key.path());
    }
    return identity;
  }

  /// When the certificate stops being valid.
  Instant expiry() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /// The certificates of a file, in their order.
  static List<X509Certificate> chain(PemFile file) {
    List<PemFile.Block> blocks =
        file.blocks().stream().filter(block -> block.label().equals(CERTIFICATE)).toList();
    if (blocks.isEmpty()) {
      throw file.firstEndingWith(PRIVATE_KEY).isPresent()
          ? unusable(file.path(), "holds a key and no certificate: are the two files swapped?")
          : unusable(
              file.path(),
              "holds no PEM certificate: convert a binary one with \"openssl x509 -inform der -in "
                  + file.path()
                  + " -out cert.pem\"");
    }
    return blocks.stream().map(block -> certificate(file.path(), block)).toList();
  }

  private static X509Certificate certificate(Path path, PemFile.Block block) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.der()));
    } catch (CertificateException | IllegalArgumentException damaged) {
      throw unusable(path, "holds a damaged certificate: get it again", damaged);
    }
  }

  private static PrivateKey privateKey(PemFile file, String algorithm) {
    PemFile.Block block = file.firstEndingWith(PRIVATE_KEY).orElseThrow(() -> withoutKey(file));
    if (!block.label().equals(PRIVATE_KEY)) {
      String kind = block.label().startsWith("ENCRYPTED") ? "has a password" : "is not PKCS #8";
      throw unusable(
          file.path(),
          kind
              + " (BEGIN "
              + block.label()
              + "): convert it with \"openssl pkcs8 -topk8 -nocrypt -in "
              + file.path()
              + " -out new.key\"");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(block.der()));
    } catch (GeneralSecurityException | IllegalArgumentException strange) {
      throw unusable(
          file.path(),
          "is damaged, or does not belong to the certificate, whose key is " + algorithm,
          strange);
    }
  }

  private static GimletException withoutKey(PemFile file) {
    return file.firstEndingWith(CERTIFICATE).isPresent()
        ? unusable(file.path(), "holds a certificate and no key: are the two files swapped?")
        : unusable(
            file.path(),
            "holds no PEM key: convert a binary one with \"openssl pkey -inform der -in "
                + file.path()
                + " -out new.key\"");
  }

  /// The JDK would notice a wrong pair only in handshakes, and say that to each client.
  private boolean isPair(PublicKey publicKey) {
    if (key instanceof RSAKey one && publicKey instanceof RSAKey other) {
      return one.getModulus().equals(other.getModulus());
    }
    return Optional.ofNullable(SIGNATURES.get(publicKey.getAlgorithm()))
        .map(algorithm -> isVerified(algorithm, publicKey))
        .orElse(true);
  }

  private boolean isVerified(String algorithm, PublicKey publicKey) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException unfit) {
      return false;
    }
  }

  private static GimletException mismatch(Path certificate, Path key) {
    return new GimletException(
        "the TLS key "
            + key
            + " does not belong to the first certificate of "
            + certificate
            + ": the server's own comes first, then those that signed it");
  }

  private static GimletException unusable(Path path, String why) {
    return new GimletException("the TLS file " + path + " " + why);
  }

  private static GimletException unusable(Path path, String why, Exception cause) {
    return new GimletException("the TLS file " + path + " " + why, cause);
  }
}
