package dev.gimlet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StaticFilesTest {
  private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

  @TempDir private Path outside;
  private StaticFiles files;

  @BeforeEach
  void writeFiles() throws IOException {
    Path root = Files.createDirectories(outside.resolve("root"));
    write(outside.resolve("secret.txt"), "secret");
    write(root.resolve("index.html"), "<p>root");
    write(root.resolve("a.txt"), "0123456789");
    write(root.resolve("empty.txt"), "");
    write(root.resolve(".hidden"), "secret");
    write(Files.createDirectories(root.resolve(".git")).resolve("config"), "secret");
    write(Files.createDirectories(root.resolve("docs")).resolve("index.html"), "<p>docs");
    Files.createDirectories(root.resolve("bare folder"));
    Files.createSymbolicLink(root.resolve("out.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("in.txt"), root.resolve("a.txt"));
    files = StaticFiles.folder(root);
  }

  @Nested
  class Found {
    @Test
    void haveTheirContentAndType() throws IOException {
      FakeContext context = get("a.txt");

      assertThat(context.status).isEqualTo(200);
      assertThat(context.answer).isEqualTo("0123456789");
      assertThat(context.responseFields)
          .containsEntry("Content-Type", "text/plain; charset=utf-8")
          .containsEntry("X-Content-Type-Options", "nosniff")
          .containsEntry("Accept-Ranges", "bytes")
          .containsEntry("Last-Modified", MODIFIED)
          .containsEntry("Cache-Control", "no-cache");
    }

    @Test
    void mayBeEmpty() throws IOException {
      assertThat(get("empty.txt").answer).isEmpty();
    }

    @Test
    void mayBeLinksInsideOfTheFolder() throws IOException {
      assertThat(get("in.txt").answer).isEqualTo("0123456789");
    }

    @Test
    void haveTheTypeOfTheNameThatWasAskedFor() throws IOException {
      write(outside.resolve("root/3f2a91"), "run()");
      Files.createSymbolicLink(outside.resolve("root/app.js"), Path.of("3f2a91"));

      assertThat(get("app.js").responseFields)
          .containsEntry("Content-Type", "text/javascript; charset=utf-8");
    }

    @ParameterizedTest
    @CsvSource({"'', <p>root", "docs/, <p>docs"})
    void areTheIndexOfAFolder(String path, String content) throws IOException {
      assertThat(get(path).answer).isEqualTo(content);
    }

    @Test
    void afterARedirectWhenTheSlashOfTheFolderIsMissing() throws IOException {
      FakeContext context = get("docs");

      assertThat(context.status).isEqualTo(308);
      assertThat(context.responseFields).containsEntry("Location", "./docs/");
    }

    @Test
    void keepTheQueryInThatRedirect() throws IOException {
      FakeContext context = request("docs");
      context.query = "a=%20b";

      StaticFilesTest.this.handle(context);

      assertThat(context.responseFields).containsEntry("Location", "./docs/?a=%20b");
    }

    @Test
    void haveTheFieldsOfTheProgram() throws IOException {
      files =
          files
              .withHeaderField("Content-Security-Policy", "default-src 'none'")
              .withHeaderField("cache-control", "max-age=60");

      assertThat(get("a.txt").responseFields)
          .containsEntry("Content-Security-Policy", "default-src 'none'")
          .containsEntry("Cache-Control", "max-age=60");
    }

    @Test
    void areNotReadForHead() throws IOException {
      long size = 3L << 30; // more than an array can hold
      try (var sparse = new RandomAccessFile(outside.resolve("root/film.mp4").toFile(), "rw")) {
        sparse.setLength(size);
      }
      FakeContext context =
          new FakeContext("HEAD", Map.of("path", "film.mp4")).with("Range", "bytes=2-4");

      StaticFilesTest.this.handle(context);

      assertThat(context.status).isEqualTo(200);
      assertThat(context.responseFields)
          .containsEntry("Content-Length", Long.toString(size))
          .containsEntry("Content-Type", "video/mp4")
          .doesNotContainKey("Content-Range");
    }

    private FakeContext get(String path) throws IOException {
      return StaticFilesTest.this.handle(request(path));
    }
  }

  @Nested
  class NotFound {
    @ParameterizedTest
    @CsvSource({
      "b.txt",
      "a.txt/",
      "a.txt/b",
      "docs/a.txt",
      "bare folder/",
      "bare folder",
      "index.html/"
    })
    void areMissingFiles(String path) {
      assertThat(refusal(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({".hidden", ".git/config", ".git/", "docs/.hidden"})
    void areHiddenFiles(String path) {
      assertThat(refusal(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"out.txt", "out/secret.txt", "out/"})
    void areFilesBehindLinksOutOfTheFolder(String path) {
      assertThat(refusal(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @MethodSource("dev.gimlet.http.StaticFilesTest#escapes")
    void areFilesOutside(String path) {
      assertThat(refusal(path).status()).isEqualTo(404);
    }

    @Test
    void areNotRememberedAsSuch() throws IOException {
      assertThat(refusal("later.txt").status()).isEqualTo(404);

      write(outside.resolve("root/later.txt"), "here");

      assertThat(handle(request("later.txt")).answer).isEqualTo("here");
    }
  }

  /// Ways up and out, as they are after decoding once.
  static Stream<String> escapes() {
    List<String> paths = new ArrayList<>();
    for (String up :
        List.of(
            "..",
            "../",
            "..\\",
            ".",
            "./..",
            "...",
            "....//",
            "..;",
            "..%2f",
            "%2e%2e",
            "..\u0000",
            "..%00",
            ". .",
            "..%5c",
            "..%c0%af",
            "\u2025",
            "\uff0e\uff0e")) {
      for (String start :
          List.of("", "/", "//", "docs/", "docs/../", "\\", "C:", "C:/", "file:", "./", "a.txt/")) {
        paths.add(start + up + "/secret.txt");
      }
      paths.add(up + "\\secret.txt");
    }
    paths.add("/etc/passwd");
    paths.add("//etc/passwd");
    paths.add("a.txt\0.html");
    paths.add("a.txt::$DATA");
    paths.add("docs//index.html");
    paths.add("a\ntxt");
    return paths.stream();
  }

  @Nested
  class Conditions {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {"%s", "W/%s", "\"x\", %s", "*", "\"x\",W/%s,\"y\""})
    void areMetByTheSameTag(String field) throws IOException {
      FakeContext context = request("a.txt").with("If-None-Match", field.formatted(tag()));

      handle(context);

      assertThat(context.status).isEqualTo(304);
      assertThat(context.answer).isEmpty();
      assertThat(context.responseFields).containsEntry("ETag", tag());
    }

    @Test
    void areNotMetByAnotherTag() throws IOException {
      FakeContext context =
          request("a.txt").with("If-None-Match", "\"x\"").with("If-Modified-Since", MODIFIED);

      assertThat(handle(context).status).isEqualTo(200);
    }

    @Test
    void areMetByTheTimeOfTheFile() throws IOException {
      assertThat(handle(request("a.txt").with("If-Modified-Since", MODIFIED)).status)
          .isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {"Sun, 06 Nov 1994 08:49:36 GMT", "yesterday"})
    void areNotMetByAnEarlierTime(String time) throws IOException {
      assertThat(handle(request("a.txt").with("If-Modified-Since", time)).status).isEqualTo(200);
    }

    @Test
    void areMetByATagInAFurtherField() throws IOException {
      FakeContext context =
          request("a.txt").with("If-None-Match", "\"x\"").with("If-None-Match", tag());

      assertThat(handle(context).status).isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "If-Match | \"x\"",
          "If-Match | W/%s",
          "If-Unmodified-Since | Sun, 06 Nov 1994 08:49:36 GMT"
        })
    void ofAnotherVersionAreRefused(String name, String value) throws IOException {
      FakeContext context =
          request("a.txt")
              .with(name, value.formatted(tag()))
              .with("Range", "bytes=2-4")
              .with("If-None-Match", tag());

      assertThat(refusal(context).status()).isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "If-Match | *",
          "If-Match | \"x\", %s",
          "If-Unmodified-Since | " + MODIFIED,
          "If-Unmodified-Since | yesterday"
        })
    void ofThisVersionAreServed(String name, String value) throws IOException {
      FakeContext context =
          request("a.txt").with(name, value.formatted(tag())).with("Range", "bytes=2-4");

      assertThat(handle(context).answer).isEqualTo("234");
    }

    @Test
    void countByTagRatherThanByTime() throws IOException {
      FakeContext context =
          request("a.txt")
              .with("If-Match", tag())
              .with("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT");

      assertThat(handle(context).status).isEqualTo(200);
    }

    @Test
    void changeWithTheContent() throws IOException {
      String before = tag();

      write(outside.resolve("root/a.txt"), "other");

      assertThat(tag()).isNotEqualTo(before);
    }

    private String tag() throws IOException {
      return String.valueOf(handle(request("a.txt")).responseFields.get("ETag"));
    }
  }

  @Nested
  class Ranges {
    @Test
    void areServedAlone() throws IOException {
      FakeContext context = handle(request("a.txt").with("Range", "bytes=2-4"));

      assertThat(context.status).isEqualTo(206);
      assertThat(context.answer).isEqualTo("234");
      assertThat(context.responseFields).containsEntry("Content-Range", "bytes 2-4/10");
    }

    @Test
    void beyondTheFileAreRefusedWithItsSize() {
      FakeContext context = request("a.txt").with("Range", "bytes=10-");

      HttpException refusal = refusal(context);

      assertThat(refusal.status()).isEqualTo(416);
      assertThat(refusal.headerFields()).containsEntry("Content-Range", "bytes */10");
    }

    @Test
    void ofAnotherVersionAreNotServed() throws IOException {
      FakeContext context =
          handle(request("a.txt").with("Range", "bytes=2-4").with("If-Range", "\"x\""));

      assertThat(context.status).isEqualTo(200);
      assertThat(context.answer).isEqualTo("0123456789");
    }

    @Test
    void severalAreAnsweredWithTheWhole() throws IOException {
      assertThat(handle(request("a.txt").with("Range", "bytes=0-1,3-4")).status).isEqualTo(200);
    }
  }

  @Nested
  class ClassPath {
    private final StaticFiles onClassPath = StaticFiles.classPath("static-files");

    @Test
    void hasFilesToo() throws IOException {
      FakeContext context = request("page.html");

      onClassPath.handle(context);

      assertThat(context.answer).isEqualTo("<p>page\n");
      assertThat(context.responseFields).containsKeys("ETag", "Last-Modified");
    }

    @Test
    void hasTheIndexOfAFolderOfAJarWithoutEntriesForFolders() throws IOException {
      Path jar = outside.resolve("files.jar");
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        out.putNextEntry(new ZipEntry("web/docs/index.html"));
        out.write("<p>docs".getBytes(UTF_8));
      }
      try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
        ClassPathSource source = new ClassPathSource(loader, "web", Instant.EPOCH);

        assertThat(source.find("docs")).isInstanceOf(FileSource.Found.Folder.class);
        assertThat(source.find("docs/index.html")).isInstanceOf(FileSource.Found.File.class);
        assertThat(source.find("other")).isInstanceOf(FileSource.Found.Nothing.class);
      }
    }

    @Test
    void listsNoFolder() {
      assertThat(
              catchThrowableOfType(
                  HttpException.class, () -> onClassPath.handle(request("folder/"))))
          .isNotNull();
    }
  }

  @Test
  void refusesOtherMethods() {
    FakeContext context = new FakeContext("POST", Map.of("path", "a.txt"));

    assertThat(refusal(context).status()).isEqualTo(405);
  }

  @Test
  void needsAFolder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticFiles.folder(outside.resolve("missing")))
        .withMessageContaining("missing");
  }

  private static FakeContext request(String path) {
    return new FakeContext("GET", Map.of("path", path));
  }

  private FakeContext handle(FakeContext context) throws IOException {
    files.handle(context);
    return context;
  }

  private HttpException refusal(String path) {
    return refusal(request(path));
  }

  private HttpException refusal(FakeContext context) {
    return catchThrowableOfType(HttpException.class, () -> files.handle(context));
  }

  private static void write(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37.5Z")));
  }
}
