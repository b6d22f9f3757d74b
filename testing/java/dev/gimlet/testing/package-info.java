/// What the tests of every module share.
@NullMarked
package dev.gimlet.testing;

import org.jspecify.annotations.NullMarked;
