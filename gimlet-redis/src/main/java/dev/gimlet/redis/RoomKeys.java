package dev.gimlet.redis;

/// The names of what Redis keeps for a room. Immutable.
///
/// All of them have the room in braces, so that a cluster keeps them at one node.
record RoomKeys(String channel, String state, String stream, String presence, String once) {

  static RoomKeys of(String prefix, String room) {
    String start = prefix + ":{" + tag(room) + "}:";
    return new RoomKeys(
        start + "channel", start + "state", start + "stream", start + "nodes", start + "once:");
  }

  /// A brace would end what Redis looks at, and an empty tag is none.
  private static String tag(String room) {
    return room.isEmpty() ? "%" : room.replace("%", "%25").replace("}", "%7D");
  }

  /// What the idempotency key gave.
  String once(String key) {
    return once + key;
  }

  /// The members that one node has entered.
  String presence(String node) {
    return presence + ":" + node;
  }
}
