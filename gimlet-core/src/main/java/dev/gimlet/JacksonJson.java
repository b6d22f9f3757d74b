package dev.gimlet;

import dev.gimlet.spi.JsonCodec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/// JSON by Jackson, with limits on what a stranger may send.
///
/// Error messages name the place and never a Java class. Immutable.
final class JacksonJson implements JsonCodec {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_NUMBER_LENGTH = 100;
  private static final int MAX_NAME_LENGTH = 1 << 10;
  private static final int MAX_STRING_LENGTH = 16 << 20; // the body itself has a lower limit

  // Jackson has no types for these faults: where its words change, the message is a general one.
  private static final Pattern TWICE =
      Pattern.compile("Duplicate Object property \"(.*)\"", Pattern.DOTALL);
  private static final String MISSING = "Missing required creator property";
  private static final String FRACTION = "Floating-point value";

  private final JsonMapper mapper =
      JsonMapper.builder(factory())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .annotationIntrospector(new PrimitivesRequired())
          .build();

  private static JsonFactory factory() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_NUMBER_LENGTH)
                .maxNameLength(MAX_NAME_LENGTH)
                .maxStringLength(MAX_STRING_LENGTH)
                .build())
        .build();
  }

  @Override
  public byte[] write(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JacksonException failure) {
      throw new IllegalArgumentException(
          "a " + value.getClass().getName() + " cannot be written as JSON", failure);
    }
  }

  @Override
  public <T> T read(byte[] json, Class<T> type) {
    T value;
    try {
      value = mapper.readValue(json, type);
    } catch (JacksonException failure) {
      throw new IllegalArgumentException(explain(failure), failure);
    }
    if (value == null) {
      throw new IllegalArgumentException("the JSON is null, a value was expected");
    }
    return value;
  }

  private static String explain(JacksonException failure) {
    String place = place(failure.getLocation());
    if (failure instanceof StreamConstraintsException) {
      return "the JSON is nested too deeply or has too long a name, number or text" + place;
    }
    String said = String.valueOf(failure.getOriginalMessage());
    String path = path(failure);
    if (failure instanceof InputCoercionException) {
      return (path.isEmpty() ? "the number" : "\"" + path + "\"") + " is too large" + place;
    }
    if (failure instanceof StreamReadException) {
      Matcher twice = TWICE.matcher(said);
      return twice.matches()
          ? "the name \"" + twice.group(1) + "\" appears twice" + place
          : "the JSON is malformed" + place;
    }
    if (path.isEmpty()) {
      return "the JSON has another form than expected" + place;
    }
    if (said.startsWith(MISSING)) {
      return "\"" + path + "\" is missing" + place;
    }
    return said.contains(FRACTION)
        ? "\"" + path + "\" must be a whole number, without a point or an exponent" + place
        : "the JSON has no fitting value for \"" + path + "\"" + place;
  }

  private static String place(TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /// A number that nobody sent is not 0. Immutable.
  private static final class PrimitivesRequired extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      Boolean chosen = super.hasRequiredMarker(config, member);
      boolean primitive = member instanceof AnnotatedParameter && member.getRawType().isPrimitive();
      return (chosen == null && primitive) ? Boolean.TRUE : chosen;
    }
  }

  /// Such as `player.scores[2]`.
  private static String path(JacksonException failure) {
    return failure.getPath().stream()
        .map(step ->
            step.getPropertyName() == null
                ? "[" + step.getIndex() + "]"
                : "." + step.getPropertyName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }
}
