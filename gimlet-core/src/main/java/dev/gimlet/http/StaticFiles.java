package dev.gimlet.http;

import dev.gimlet.http.FileSource.Found;
import java.io.IOException;
import java.lang.StackWalker.Option;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A handler that answers with files, for GET and HEAD. Immutable.
///
/// Register it with [Router#files], or for any route that ends in `/*path`. It sends `ETag` and
/// `Last-Modified`, answers 304, 206, 412 and 416 as asked, and takes `index.html` for a folder.
/// Hidden files (`.name`), and whatever lies outside of the folder, are not found.
///
/// A file is held in memory while it is sent: it is meant for pages, scripts and pictures.
public final class StaticFiles implements Handler {
  static final String INDEX = "index.html";
  private static final StackWalker CALLERS = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private final FileSource source;
  private final Map<String, String> fields;

  private StaticFiles(FileSource source, Map<String, String> fields) {
    this.source = source;
    this.fields = fields;
  }

  /// The files of a folder, as they are at each request.
  ///
  /// @throws IllegalArgumentException when there is no such folder
  public static StaticFiles folder(Path folder) {
    return new StaticFiles(FolderSource.of(folder), usualFields());
  }

  /// The files of a folder on the class path of the calling class, such as `web`.
  ///
  /// A modular program must open the package of that name. All files count as modified when the
  /// program started.
  public static StaticFiles classPath(String folder) {
    ClassLoader loader = CALLERS.getCallerClass().getClassLoader();
    String name = folder.replaceAll("^/|/$", "");
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new StaticFiles(new ClassPathSource(loader, name, started), usualFields());
  }

  /// The same files, sent with this header field too; it replaces one of the same name.
  ///
  /// By default there are `X-Content-Type-Options: nosniff` and `Cache-Control: no-cache`, which
  /// lets browsers keep a file but ask each time whether it has changed.
  public StaticFiles withHeaderField(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(fields);
    more.keySet().removeIf(name::equalsIgnoreCase);
    more.put(name, value);
    return new StaticFiles(source, more);
  }

  private static Map<String, String> usualFields() {
    return Map.of("X-Content-Type-Options", "nosniff", "Cache-Control", "no-cache");
  }

  /// Answers with the file that the path parameter `path` names.
  ///
  /// @throws HttpException 404, 405, 412 or 416
  @Override
  public void handle(Context context) throws IOException {
    if (!context.method().equals("GET") && !context.method().equals("HEAD")) {
      throw new HttpException(405, "files are read only", Map.of("Allow", "GET, HEAD"));
    }
    fields.forEach(context::responseField);
    String path = context.pathParameter("path");
    if (!isHarmless(path)) {
      throw notFound();
    }
    switch (source.find(withoutLastSlash(path))) {
      case Found.File(StoredFile file) when !path.endsWith("/") -> answer(context, file);
      case Found.Folder _ -> answerFolder(context, path);
      case Found.File _, Found.Nothing _ -> throw notFound();
    }
  }

  private void answerFolder(Context context, String path) throws IOException {
    boolean slash = path.isEmpty() || path.endsWith("/");
    if (!(source.find(path + (slash ? "" : "/") + INDEX) instanceof Found.File(StoredFile file))) {
      throw notFound();
    }
    if (slash) {
      answer(context, file);
    } else {
      String name = encode(path.substring(path.lastIndexOf('/') + 1));
      String query = context.query();
      context.status(308).redirect("./" + name + "/" + (query.isEmpty() ? "" : "?" + query));
    }
  }

  private static void answer(Context context, StoredFile file) throws IOException {
    context.responseField("ETag", file.entityTag());
    context.responseField("Last-Modified", HttpDate.format(file.modified()));
    context.responseField("Accept-Ranges", "bytes");
    if (!isExpected(context, file)) {
      throw new HttpException(412, "the file is not the expected one");
    }
    if (isKnown(context, file)) {
      context.status(304);
      return;
    }
    if (context.method().equals("HEAD")) {
      context.head(MediaTypes.of(file.name()), file.size());
      return;
    }
    Optional<ByteRange> range = range(context, file);
    range.ifPresent(wanted -> announce(context, file, wanted));
    context.bytes(
        MediaTypes.of(file.name()), file.read(range.orElse(new ByteRange(0, file.size() - 1))));
  }

  /// `If-Unmodified-Since` counts only without `If-Match` (RFC 9110 §13.2.2).
  private static boolean isExpected(Context context, StoredFile file) {
    List<String> tags = context.headerFields("If-Match");
    return tags.isEmpty()
        ? isUnmodifiedSince(context, "If-Unmodified-Since", file).orElse(true)
        : tags(tags).anyMatch(tag -> names(tag, file)); // a weak tag names no file (§13.1.1)
  }

  /// `If-Modified-Since` counts only without `If-None-Match` (RFC 9110 §13.2.2).
  private static boolean isKnown(Context context, StoredFile file) {
    List<String> tags = context.headerFields("If-None-Match");
    return tags.isEmpty()
        ? isUnmodifiedSince(context, "If-Modified-Since", file).orElse(false)
        : tags(tags).anyMatch(tag -> names(withoutWeakness(tag), file));
  }

  private static String withoutWeakness(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }

  private static Stream<String> tags(List<String> fields) {
    return fields.stream().flatMap(field -> Arrays.stream(field.split(","))).map(String::strip);
  }

  private static boolean names(String tag, StoredFile file) {
    return tag.equals("*") || tag.equals(file.entityTag());
  }

  /// Empty without a date in that field.
  private static Optional<Boolean> isUnmodifiedSince(
      Context context, String name, StoredFile file) {
    return context
        .headerField(name)
        .flatMap(HttpDate::parse)
        .map(since -> !file.modified().truncatedTo(ChronoUnit.SECONDS).isAfter(since));
  }

  private static Optional<ByteRange> range(Context context, StoredFile file) {
    boolean stillTheSame =
        context
            .headerField("If-Range") // RFC 9110 §13.1.5
            .map(known -> known.equals(file.entityTag()))
            .orElse(true);
    return stillTheSame
        ? context.headerField("Range").flatMap(field -> ByteRange.parse(field, file.size()))
        : Optional.empty();
  }

  private static void announce(Context context, StoredFile file, ByteRange range) {
    String contentRange = range.contentRange(file.size());
    if (range.equals(ByteRange.UNSATISFIABLE)) {
      throw new HttpException(
          416, "the file has " + file.size() + " bytes", Map.of("Content-Range", contentRange));
    }
    context.status(206).responseField("Content-Range", contentRange);
  }

  /// No parents, no hidden files, no drives, and nothing that a file system reads its own way.
  private static boolean isHarmless(String path) {
    boolean plain = path.chars().noneMatch(it -> it < ' ' || it == '\\' || it == ':' || it == 0x7F);
    return plain
        && (path.isEmpty()
            || Arrays.stream(withoutLastSlash(path).split("/", -1))
                .noneMatch(segment -> segment.isEmpty() || segment.startsWith(".")));
  }

  private static String withoutLastSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static HttpException notFound() {
    return new HttpException(404, "not found");
  }
}
