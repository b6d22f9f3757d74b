/// Tests of rooms through Redis: most run against a real one.
@NullMarked
package dev.gimlet.redis;

import org.jspecify.annotations.NullMarked;
