package dev.gimlet.conformance;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/// The class's own package says `@NullMarked`: a package does not hand it down to those below it.
final class LiveInANullMarkedPackage extends ArchCondition<JavaClass> {
  LiveInANullMarkedPackage() {
    super("live in a package whose package-info says @NullMarked");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    var home = type.getPackage();
    boolean marked =
        home.tryGetPackageInfo().map(it -> it.isAnnotatedWith(NullMarked.class)).orElse(false);
    if (!marked && !home.getName().isEmpty()) {
      events.add(SimpleConditionEvent.violated(type, home.getName() + " is not @NullMarked"));
    }
  }
}
