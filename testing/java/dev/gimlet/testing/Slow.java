package dev.gimlet.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/// A test that the everyday run leaves out, because it takes several seconds, and because a faster
/// one would notice most of what it would. `-Pslow` runs it, and so does CI.
@Tag(Slow.TAG)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Slow {

  /// What the build leaves out.
  String TAG = "slow";
}
