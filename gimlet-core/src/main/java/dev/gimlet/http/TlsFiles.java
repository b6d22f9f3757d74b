package dev.gimlet.http;

import java.nio.file.Path;
import java.util.Objects;

/// Where a server's certificate and its private key are, both in PEM (RFC 7468). Immutable.
///
/// - `certificate`: the server's own certificate first, then those that lead to the root.
/// - `key`: PKCS #8 without a password (`BEGIN PRIVATE KEY`).
///
/// The files may be replaced while the server runs: connections that come more than two seconds
/// later get the new certificate, those that are open stay.
public record TlsFiles(Path certificate, Path key) {

  /// Two paths; what is there is read when the server starts.
  public TlsFiles {
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(key, "key");
  }
}
