package dev.gimlet.conformance;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;

/// What users can see of a public class names no type of a library: not as a supertype, a field, a
/// parameter, a result or an exception, nor inside their type arguments.
final class NameNoTypeOf extends ArchCondition<JavaClass> {
  private final String library;

  NameNoTypeOf(String library) {
    super("name no type of " + library + " where users can see it");
    this.library = library;
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    if (!isVisible(type)) {
      return;
    }
    Stream.concat(type.getInterfaces().stream(), type.getSuperclass().stream())
        .forEach(it -> checkType(type, type.getFullName(), it, events));
    type.getMembers().stream()
        .filter(NameNoTypeOf::isVisible)
        .forEach(member -> checkMember(type, member, events));
  }

  private void checkMember(JavaClass type, JavaMember member, ConditionEvents events) {
    typesOf(member).forEach(it -> checkType(type, member.getFullName(), it, events));
  }

  private void checkType(JavaClass type, String where, JavaType named, ConditionEvents events) {
    named.getAllInvolvedRawTypes().stream()
        .map(JavaClass::getBaseComponentType)
        .filter(it -> it.getName().startsWith(library + "."))
        .forEach(it ->
            events.add(SimpleConditionEvent.violated(type, where + " names " + it.getName())));
  }

  private static Stream<JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaCodeUnit unit) {
      return Stream.of(
              Stream.of(unit.getReturnType()),
              unit.getParameterTypes().stream(),
              unit.getExceptionTypes().stream())
          .flatMap(it -> it);
    }
    return member.getAllInvolvedRawTypes().stream().map(JavaType.class::cast);
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(PUBLIC) || member.getModifiers().contains(PROTECTED);
  }

  private static boolean isVisible(JavaClass type) {
    return (type.getModifiers().contains(PUBLIC) || type.getModifiers().contains(PROTECTED))
        && type.getEnclosingClass().map(NameNoTypeOf::isVisible).orElse(true);
  }
}
