/// Rooms on several nodes, through Redis.
@SuppressWarnings(
    "requires-automatic") // Lettuce is no module yet; its name is fixed in its manifest
module dev.gimlet.redis {
  requires transitive dev.gimlet.core;
  requires io.netty.resolver.dns; // which Lettuce needs and does not ask for
  requires lettuce.core;
  requires static org.jspecify;

  exports dev.gimlet.redis;
}
