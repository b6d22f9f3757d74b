@NullMarked
package dev.gimlet.server.bench;

import org.jspecify.annotations.NullMarked;
