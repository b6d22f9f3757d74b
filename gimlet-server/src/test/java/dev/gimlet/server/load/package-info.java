@NullMarked
package dev.gimlet.server.load;

import org.jspecify.annotations.NullMarked;
