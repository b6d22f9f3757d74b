package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Checking text of three kinds.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Utf8ValidatorBenchmark {

  /// What a text is written in.
  public enum Script {
    /// One byte each.
    ENGLISH("The quick brown fox jumps over the lazy dog. "),
    /// Now and then two bytes.
    FRENCH("Voix ambiguë d'un cœur qui, au zéphyr, préfère les jattes de kiwis. "),
    /// Three bytes each.
    CHINESE("天地玄黄宇宙洪荒日月盈昃辰宿列张");

    private final String sample;

    Script(String sample) {
      this.sample = sample;
    }
  }

  @Param({"32", "128", "16384"})
  int bytes;

  @Param Script script = Script.ENGLISH;

  private final Utf8Validator validator = new Utf8Validator();
  private byte[] text = {};

  @Setup
  public void fill() {
    byte[] endless = script.sample.repeat(bytes / script.sample.length() + 1).getBytes(UTF_8);
    text = Arrays.copyOf(endless, bytes); // a character may be cut at the end
  }

  @Benchmark
  public boolean accept() {
    validator.reset();
    return validator.accept(text, 0, text.length);
  }
}
