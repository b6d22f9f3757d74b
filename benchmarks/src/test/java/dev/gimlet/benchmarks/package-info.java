/// Tests of the benchmarks themselves: that they run, and that they count right.
@NullMarked
package dev.gimlet.benchmarks;

import org.jspecify.annotations.NullMarked;
