/// Tests that look at Gimlet as a whole and from outside.
///
/// Read [ArchitectureTest] for the picture of the house as rules, [ModulePathSmokeTest] for what a
/// modular program sees, and [CompileCanaryTest] for proof that the null checks are awake.
@NullMarked
package dev.gimlet.conformance;

import org.jspecify.annotations.NullMarked;
