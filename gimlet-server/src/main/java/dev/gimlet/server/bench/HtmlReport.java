package dev.gimlet.server.bench;

import java.util.List;
import java.util.Locale;

/// A result as a page of its own, with a plot: latency by percentile, the rare ones drawn wide.
public final class HtmlReport {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 330;
  private static final int MARGIN = 60;
  private static final int STEPS = 100;
  private static final double NINES = 4; // up to 99.99 %

  private HtmlReport() {}

  /// The page; it needs no other file.
  public static String page(BenchResult result) {
    StringBuilder rows = new StringBuilder();
    result
        .figures()
        .forEach((name, value) ->
            rows.append("<tr><td>")
                .append(name)
                .append("</td><td>")
                .append(number(value))
                .append("</td></tr>\n"));
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>gimlet bench</title>
    <style>
    :root { color-scheme: light dark }
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 45em; margin: 2em auto; padding: 0 1em }
    h1 { font-size: 1.4em; overflow-wrap: anywhere }
    td { padding: 0 2em 0 0 } td + td { text-align: right; font-variant-numeric: tabular-nums }
    svg { width: 100%%; height: auto } text { font: 14px system-ui, sans-serif; fill: currentColor }
    line { stroke: currentColor; opacity: .25 }
    @media (max-width: 40em) { text { font-size: 26px } }
    </style>
    <h1>%s</h1>
    <p>%s</p>
    %s
    <table>
    %s</table>
    </html>
    """
        .formatted(
            escaped(result.options().uri().toString()),
            escaped(String.join(" · ", summary(result))),
            plot(result),
            rows);
  }

  private static List<String> summary(BenchResult result) {
    return TextReport.lines(result).stream().filter(line -> !line.startsWith(" ")).toList();
  }

  private static String plot(BenchResult result) {
    double max = Math.max(result.percentileMillis(99.99), 0.001);
    StringBuilder points = new StringBuilder();
    for (int step = 0; step <= STEPS; step++) {
      double nines = NINES * step / STEPS;
      double percentile = 100 * (1 - Math.pow(10, -nines));
      double y =
          HEIGHT - MARGIN / 2.0 - (HEIGHT - MARGIN) * result.percentileMillis(percentile) / max;
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(nines), y));
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"latency by percentile\">\n"
            .formatted(WIDTH, HEIGHT));
    for (int nines = 0; nines <= NINES; nines++) {
      String label = BenchResult.name(100 * (1 - Math.pow(10, -nines))).replace("p", "");
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\"/>"
                  + "<text x=\"%1$.1f\" y=\"%4$d\" text-anchor=\"middle\">%5$s %%</text>\n",
              x(nines),
              MARGIN / 2,
              HEIGHT - MARGIN / 2,
              HEIGHT - MARGIN / 2 + 24,
              label.length() > 5 ? label.substring(0, 5) : label));
    }
    svg.append(
        String.format(Locale.ROOT, "<text x=\"4\" y=\"%d\">%.1f ms</text>\n", MARGIN / 2 - 8, max));
    svg.append("<polyline fill=\"none\" stroke=\"#3b82d6\" stroke-width=\"2\" points=\"")
        .append(points.toString().strip())
        .append("\"/>\n</svg>");
    return svg.toString();
  }

  private static double x(double nines) {
    return MARGIN + (WIDTH - 2 * MARGIN) * nines / NINES;
  }

  private static String number(Number value) {
    return value instanceof Double real
        ? String.format(Locale.ROOT, "%.3f", real)
        : String.format(Locale.ROOT, "%,d", value.longValue());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
