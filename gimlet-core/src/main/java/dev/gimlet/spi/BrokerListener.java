package dev.gimlet.spi;

/// What a [Broker] tells its node.
///
/// Calls for one room come one at a time and in the order of the room; those for several rooms may
/// come from several threads. They never block.
public interface BrokerListener {

  /// Something was published. In a room with history offsets rise by one from call to call, unless
  /// [#onPositionLost] comes between.
  void onPublication(String room, Publication publication);

  /// Delivers some of what waits for members of the room, when too much does.
  ///
  /// A broker calls it after publications that came from other nodes, on the thread that brought
  /// them and without holding a lock: so it reads no faster than this node delivers.
  default void relieve(String room) {}

  /// Somebody came or went.
  void onNotice(String room, PresenceNotice notice);

  /// Publications of a room with history may be missing, and cannot be had any more: history was
  /// trimmed, lost or set back. What follows goes on from this position: in the same epoch, or from
  /// the first of a new one. Never of the same epoch after history was set back: offsets that were
  /// told would come again, and members leave out what they have.
  void onPositionLost(String room, Position top, String reason);

  /// The broker cannot be reached; told once until [#onBrokerBack].
  void onBrokerAway(String reason);

  /// The broker is reached again, and every room has been subscribed and caught up.
  void onBrokerBack();
}
