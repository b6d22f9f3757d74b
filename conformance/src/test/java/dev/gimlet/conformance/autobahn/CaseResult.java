package dev.gimlet.conformance.autobahn;

/// What the suite thinks of one case: the names are those of its `index.json`.
record CaseResult(String behavior, String behaviorClose, String reportfile) {
  private static final String OK = "OK";
  private static final String INFORMATIONAL = "INFORMATIONAL";

  boolean isOk() {
    return behavior.equals(OK) && behaviorClose.equals(OK);
  }

  boolean isInformational() {
    return behavior.equals(INFORMATIONAL) && behaviorClose.equals(INFORMATIONAL);
  }
}
