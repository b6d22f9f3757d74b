package dev.gimlet.conformance.autobahn;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The suite's verdicts on one agent, by case, and the folder of its pages.
record AgentReport(Map<String, CaseResult> cases, Path folder) {
  /// What the RFC leaves open, and the suite only describes.
  private static final Set<String> LEFT_OPEN = Set.of("7.1.6", "7.13.1", "7.13.2");

  /// A line for each case that is not as it has to be, with a link to the page that tells why.
  List<String> faults() {
    return cases.entrySet().stream()
        .filter(it -> !isAsItHasToBe(it.getKey(), it.getValue()))
        .map(it -> describe(it.getKey(), it.getValue()))
        .toList();
  }

  private static boolean isAsItHasToBe(String id, CaseResult result) {
    return LEFT_OPEN.contains(id) ? result.isInformational() : result.isOk();
  }

  private String describe(String id, CaseResult result) {
    String page = result.reportfile().replaceFirst("\\.json$", ".html");
    return "case %s: %s, close %s, see %s"
        .formatted(id, result.behavior(), result.behaviorClose(), folder.resolve(page).toUri());
  }
}
