package dev.gimlet.conformance;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.TreeSet;

/// All the classes looked at are one top-level class and what is nested in it.
final class BeOneTopLevelClass extends ArchCondition<JavaClass> {
  private final Set<String> seen = new TreeSet<>();

  BeOneTopLevelClass() {
    super("be one top-level class");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    seen.add(ArchitectureTest.topLevel(type).getName());
  }

  @Override
  public void finish(ConditionEvents events) {
    if (seen.size() != 1) {
      events.add(SimpleConditionEvent.violated(seen, "there are " + seen));
    }
  }
}
