/// Tests of the load generator's parts.
@NullMarked
package dev.gimlet.benchmarks.load;

import org.jspecify.annotations.NullMarked;
