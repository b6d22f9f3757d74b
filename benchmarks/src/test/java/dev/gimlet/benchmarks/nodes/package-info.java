/// Tests of the measurements with several nodes.
@NullMarked
package dev.gimlet.benchmarks.nodes;

import org.jspecify.annotations.NullMarked;
