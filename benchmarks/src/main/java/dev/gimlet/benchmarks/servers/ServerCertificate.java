package dev.gimlet.benchmarks.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/// A certificate for 127.0.0.1 with an EC key, made for one run: two PEM files. Immutable.
record ServerCertificate(Path certificate, Path key) {
  private static final String NAME = "server";
  private static final String PASSWORD = "changeit";

  static ServerCertificate make() throws IOException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("gimlet-benchmarks");
    ServerCertificate made =
        new ServerCertificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    Path store = folder.resolve("keys.p12");
    try {
      made.write(keys(store));
    } finally {
      Files.deleteIfExists(store);
      List.of(made.certificate, made.key, folder).forEach(file -> file.toFile().deleteOnExit());
    }
    return made;
  }

  private static KeyStore keys(Path store) throws IOException, GeneralSecurityException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                NAME,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    keytool.onExit().join();
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }

  private void write(KeyStore keys) throws IOException, GeneralSecurityException {
    byte[] secret = keys.getKey(NAME, PASSWORD.toCharArray()).getEncoded();
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate(NAME).getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", secret));
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }
}
