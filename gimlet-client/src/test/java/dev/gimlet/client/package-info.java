@NullMarked
package dev.gimlet.client;

import org.jspecify.annotations.NullMarked;
