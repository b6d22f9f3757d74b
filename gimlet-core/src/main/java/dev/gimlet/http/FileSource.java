package dev.gimlet.http;

import java.io.IOException;

/// Where static files come from.
///
/// The paths it is given are relative, use `/`, and name no parent, no hidden file and no device:
/// [StaticFiles] has checked that.
interface FileSource {
  /// What a path leads to.
  sealed interface Found {
    record File(StoredFile file) implements Found {}

    record Folder() implements Found {}

    record Nothing() implements Found {}
  }

  Found find(String path) throws IOException;
}
