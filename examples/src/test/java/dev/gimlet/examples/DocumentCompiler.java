package dev.gimlet.examples;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Compiles the Java of a document, all its blocks together.
///
/// A block with a `main`, or with a class of its own, stands for itself. Any other is a fragment:
/// it gets the imports that it leaves out, and the names by which documents call what a reader has
/// already. A `…` in it stands for what the reader writes.
final class DocumentCompiler {

  private static final Pattern WHOLE =
      Pattern.compile("(?m)^(void main\\(|(final )?(class|record|interface|enum) )");
  private static final Pattern METHODS = Pattern.compile("(?m)^static ");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\\n");

  private static final String IMPORTS =
      """
      import module java.base;
      import dev.gimlet.*;
      import dev.gimlet.http.*;
      import dev.gimlet.room.*;
      import dev.gimlet.spi.*;
      import dev.gimlet.websocket.*;
      """;
  private static final String NAMES =
      """
      Gimlet app = Gimlet.create();
      Context context;
      LoopConnection connection;
      Message message;
      Room lobby;
      """;

  private DocumentCompiler() {}

  /// Writes the classes into the folder and answers what the compiler has against the document.
  ///
  /// A fragment becomes the class `Block` with the number of its block, from 1.
  static List<String> compile(Document document, Path folder) throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    for (String block : document.blocks("java")) {
      String name = "Block" + (sources.size() + 1);
      sources.add(source(name, WHOLE.matcher(block).find() ? block : completed(name, block)));
    }
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    compiler.getTask(null, null, found, options(folder), null, sources).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(Diagnostic::toString)
        .toList();
  }

  private static List<String> options(Path folder) {
    return List.of(
        "-d",
        folder.toString(),
        "-classpath",
        System.getProperty("java.class.path"),
        "-proc:none",
        "-parameters");
  }

  private static String completed(String name, String fragment) {
    String ownImports =
        IMPORT.matcher(fragment).results().map(it -> it.group()).collect(Collectors.joining());
    String code = IMPORT.matcher(fragment).replaceAll("").replace("…", "");
    String body =
        METHODS.matcher(code).find() ? code : "void run() throws Exception {\n" + code + "}\n";
    return IMPORTS + ownImports + "class " + name + " {\n" + NAMES + body + "}\n";
  }

  private static JavaFileObject source(String name, String text) {
    URI address = URI.create("string:///" + name + ".java");
    return new SimpleJavaFileObject(address, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
