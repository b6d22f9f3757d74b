package dev.gimlet.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The part of a document between two marks, which a run replaces.
final class SavedTable {
  static final String BEGIN = "<!-- measured: begin -->";
  static final String END = "<!-- measured: end -->";

  private SavedTable() {}

  static void put(String table, Path document) throws IOException {
    Files.writeString(document, replace(Files.readString(document), table));
  }

  static String replace(String document, String table) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the document has no " + BEGIN + " with " + END);
    }
    return document.substring(0, begin + BEGIN.length()) + "\n\n" + table + document.substring(end);
  }
}
