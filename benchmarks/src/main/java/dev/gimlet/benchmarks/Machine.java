package dev.gimlet.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What this machine is, in one line.
final class Machine {

  private Machine() {}

  static String describe() {
    String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
    String memory = find("/proc/meminfo", "MemTotal:\\s+(\\d+) kB");
    return find("/proc/cpuinfo", "model name\\s*: (.+)").strip()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " cores, "
        + Math.round(Long.parseLong(memory) / 1024.0 / 1024.0)
        + " GiB, "
        + kernel
        + ", "
        + System.getProperty("os.arch")
        + ", JDK "
        + Runtime.version()
        + " ("
        + System.getProperty("java.vendor")
        + ")";
  }

  /// The sysctl on which it depends when clients acknowledge at once: see the README.
  static String shortestTcpTimeout() {
    Path setting = Path.of("/proc/sys/net/ipv4/tcp_rto_min_us");
    return Files.isReadable(setting)
        ? Long.parseLong(Tools.read(setting).strip()) / 1000 + " ms"
        : "the kernel's own";
  }

  private static String find(String file, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(Tools.read(Path.of(file)));
    return found.find() ? found.group(1) : "0";
  }
}
