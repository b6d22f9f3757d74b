/// The one-file programs, run as their documentation says.
@NullMarked
package dev.gimlet.examples;

import org.jspecify.annotations.NullMarked;
