package dev.gimlet.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import dev.gimlet.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Disabled;
import org.junit.platform.commons.annotation.Testable;

/// What holds for the tests of all modules.
@AnalyzeClasses(locations = TestHabitsTest.TestClassesOfAllModules.class)
class TestHabitsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /// Surefire runs no others, and says nothing about it.
  @ArchTest
  static final ArchRule testClassesEndInTest =
      classes()
          .that(describe("hold tests and are not nested", TestHabitsTest::holdsTests))
          .should()
          .haveSimpleNameEndingWith("Test");

  @ArchTest
  static final ArchRule noTestClassIsDisabled =
      noClasses().should().beAnnotatedWith(Disabled.class);

  @ArchTest
  static final ArchRule noTestIsDisabled = noMethods().should().beAnnotatedWith(Disabled.class);

  /// What the everyday run leaves out would otherwise be forgotten.
  @ArchTest
  static void ciRunsWhatTheEverydayRunLeavesOut(JavaClasses tests) throws IOException {
    String ci = Files.readString(ROOT.resolve(".ci/run"));

    assertThat(ci).contains("-Pautobahn,model," + Slow.TAG + " verify");
  }

  private static boolean holdsTests(JavaClass type) {
    return type.isTopLevelClass()
        && (type.getAllMethods().stream().anyMatch(it -> it.isMetaAnnotatedWith(Testable.class))
            || type.getFields().stream().anyMatch(it -> it.isAnnotatedWith(ArchTest.class)));
  }

  /// Every module's folder of compiled tests, as far as it is built.
  static final class TestClassesOfAllModules implements LocationProvider {
    @Override
    public Set<Location> get(Class<?> testClass) {
      try (var modules = Files.list(ROOT)) {
        return modules
            .map(it -> it.resolve("target/test-classes"))
            .filter(Files::isDirectory)
            .map(Location::of)
            .collect(Collectors.toSet());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
