package dev.gimlet.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/// The picture of the house in ARCHITECTURE.md, a rule per arrow.
///
/// `dev.gimlet → {transport, room} → {exchange} → {entrance, routing, spi} → {http} → {websocket}`:
/// a package may know those to its right. The client stands beside the entry, on transport and
/// below.
@AnalyzeClasses(packages = "dev.gimlet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ENTRY = "dev.gimlet";
  private static final String TRANSPORT = "dev.gimlet.transport..";
  private static final String ROOM = "dev.gimlet.room..";
  private static final String EXCHANGE = "dev.gimlet.exchange..";
  private static final String ENTRANCE = "dev.gimlet.entrance..";
  private static final String ROUTING = "dev.gimlet.routing..";
  private static final String SPI = "dev.gimlet.spi..";
  private static final String HTTP = "dev.gimlet.http..";
  private static final String WEBSOCKET = "dev.gimlet.websocket";
  private static final String CODEC = "dev.gimlet.websocket.codec..";
  private static final String LOG = "dev.gimlet.log..";
  private static final String CLIENT = "dev.gimlet.client..";
  private static final String REDIS = "dev.gimlet.redis..";
  private static final String SERVER = "dev.gimlet.server..";
  private static final String LOAD = "dev.gimlet.server.load..";

  /// The banner and the request log are there to be seen on the terminal.
  private static final Set<String> MEANT_TO_PRINT = Set.of("Banner", "Main", "RequestLog");

  @ArchTest
  static final ArchRule websocketKnowsNothingAbove =
      noClasses()
          .that()
          .resideInAnyPackage(WEBSOCKET, CODEC)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENTRY, TRANSPORT, ROOM, EXCHANGE, ENTRANCE, ROUTING, SPI, HTTP, CLIENT, SERVER);

  @ArchTest
  static final ArchRule httpKnowsOnlyWebsocket =
      noClasses()
          .that()
          .resideInAPackage(HTTP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENTRY, TRANSPORT, ROOM, EXCHANGE, ENTRANCE, ROUTING, SPI, CLIENT, SERVER);

  @ArchTest
  static final ArchRule routingKnowsOnlyHttpAndBelow =
      noClasses()
          .that()
          .resideInAPackage(ROUTING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENTRY, TRANSPORT, ROOM, EXCHANGE, ENTRANCE, SPI, CLIENT, SERVER);

  @ArchTest
  static final ArchRule spiKnowsOnlyHttpAndBelow =
      noClasses()
          .that()
          .resideInAPackage(SPI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENTRY, TRANSPORT, ROOM, EXCHANGE, ENTRANCE, ROUTING, CLIENT, SERVER);

  @ArchTest
  static final ArchRule entranceKnowsOnlyHttpAndBelow =
      noClasses()
          .that()
          .resideInAPackage(ENTRANCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENTRY, TRANSPORT, ROOM, EXCHANGE, ROUTING, SPI, CLIENT, SERVER, "io.netty..");

  @ArchTest
  static final ArchRule exchangeKnowsOnlyWhatIsBelow =
      noClasses()
          .that()
          .resideInAPackage(EXCHANGE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENTRY, TRANSPORT, ROOM, CLIENT, SERVER);

  @ArchTest
  static final ArchRule logKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(LOG)
          .should()
          .dependOnClassesThat(
              describe(
                  "are other parts of Gimlet",
                  type ->
                      type.getPackageName().startsWith("dev.gimlet")
                          && !type.getPackageName().equals("dev.gimlet.log")));

  @ArchTest
  static final ArchRule roomNeverKnowsTransport =
      noClasses()
          .that()
          .resideInAPackage(ROOM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENTRY, TRANSPORT, EXCHANGE, ENTRANCE, CLIENT, SERVER);

  @ArchTest
  static final ArchRule transportNeverKnowsRoom =
      noClasses()
          .that()
          .resideInAPackage(TRANSPORT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENTRY, ROOM, CLIENT, SERVER);

  @ArchTest
  static final ArchRule clientKnowsNoServer =
      noClasses()
          .that()
          .resideInAPackage(CLIENT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENTRY, ROOM, EXCHANGE, ENTRANCE, ROUTING, HTTP, SERVER);

  @ArchTest
  static final ArchRule redisKnowsOnlySpiAndWebsocket =
      noClasses()
          .that()
          .resideInAPackage(REDIS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENTRY, TRANSPORT, ROOM, EXCHANGE, ENTRANCE, ROUTING, HTTP, CODEC, SERVER);

  @ArchTest
  static final ArchRule onlyTheServerKnowsRedis =
      noClasses()
          .that()
          .resideOutsideOfPackages(REDIS, SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(REDIS);

  @ArchTest
  static final ArchRule onlyRedisKnowsLettuce =
      noClasses()
          .that()
          .resideOutsideOfPackage(REDIS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule exportedSignaturesNameNoLettuce =
      classes().that().resideInAPackage(REDIS).should(new NameNoTypeOf("io.lettuce"));

  @ArchTest
  static final ArchRule libraryNeverKnowsServer =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTransportAndTheLoadGeneratorKnowChannels =
      noClasses()
          .that()
          .resideOutsideOfPackages(TRANSPORT, LOAD)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty.channel..");

  /// It measures servers, so it may share nothing with them or with the client but the protocol.
  @ArchTest
  static final ArchRule loadGeneratorIsAClientOfItsOwn =
      noClasses()
          .that()
          .resideInAPackage(LOAD)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ENTRY,
              ROOM,
              EXCHANGE,
              ENTRANCE,
              ROUTING,
              SPI,
              HTTP,
              CLIENT,
              REDIS,
              "dev.gimlet.server");

  @ArchTest
  static final ArchRule websocketKnowsNoNetty =
      noClasses()
          .that()
          .resideInAnyPackage(WEBSOCKET, CODEC)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule exportedSignaturesNameNoNetty =
      classes()
          .that()
          .resideInAnyPackage(ENTRY, HTTP, ROOM, SPI, WEBSOCKET, CLIENT)
          .should(new NameNoTypeOf("io.netty"));

  @ArchTest
  static final ArchRule onlyOneHiddenClassKnowsJackson =
      noClasses()
          .that(
              describe(
                  "are not hidden in dev.gimlet",
                  type -> isLibrary(type) && !isHiddenEntryClass(type)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("tools.jackson..");

  @ArchTest
  static final ArchRule oneClassKnowsJackson =
      classes().that(dependOnJackson()).should(new BeOneTopLevelClass());

  @ArchTest
  static final ArchRule packagesAreNullMarked = classes().should(new LiveInANullMarkedPackage());

  @ArchTest
  static final ArchRule onlyWhatIsMeantToPrintPrints =
      noClasses()
          .that(describe("are not meant to print", type -> !isMeantToPrint(type)))
          .should(ACCESS_STANDARD_STREAMS);

  private static boolean isHiddenEntryClass(JavaClass type) {
    return type.getPackageName().equals(ENTRY)
        && !topLevel(type).getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static DescribedPredicate<JavaClass> dependOnJackson() {
    return describe(
        "depend on Jackson",
        type ->
            isLibrary(type)
                && type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(
                        it -> it.getTargetClass().getPackageName().startsWith("tools.jackson")));
  }

  /// The server program chooses its libraries itself.
  private static boolean isLibrary(JavaClass type) {
    return !type.getPackageName().startsWith("dev.gimlet.server");
  }

  private static boolean isMeantToPrint(JavaClass type) {
    return MEANT_TO_PRINT.contains(topLevel(type).getSimpleName());
  }

  static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
  }
}
