# Finds a JDK of at least $gimlet_java_wanted. Sourced by ./gimlet and .ci/run; plain POSIX sh.
# shellcheck shell=sh disable=SC2034 # the caller reads gimlet_jdk and gimlet_jdk_hint

gimlet_java_wanted=25

# Prints the feature release (25 for 25.0.3) of the JDK in folder $1; fails when it is no JDK.
jdk_feature() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  jdk_version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release" 2>/dev/null)
  if [ -z "$jdk_version" ]; then
    jdk_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
  jdk_version=${jdk_version%%[!0-9]*}
  [ -n "$jdk_version" ] && echo "$jdk_version"
}

jdk_fits() {
  jdk_found=$(jdk_feature "$1") && [ "$jdk_found" -ge "$gimlet_java_wanted" ]
}

# Prints the home of the java on the PATH: through its links, or by asking it when it is a shim.
jdk_on_path() {
  jdk_java=$(command -v java) || return 1
  jdk_link=$(readlink -f "$jdk_java" 2>/dev/null) || jdk_link=$jdk_java
  jdk_home=${jdk_link%/bin/java}
  if [ "$jdk_home" = "$jdk_link" ] || [ ! -f "$jdk_home/release" ]; then
    jdk_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
  fi
  echo "$jdk_home"
}

# Sets gimlet_jdk to the first of the given folders that fits.
first_jdk_of() {
  for gimlet_jdk in "$@"; do
    if jdk_fits "$gimlet_jdk"; then return 0; fi
  done
  return 1
}

# Sets gimlet_jdk; fails when there is none.
find_jdk() {
  first_jdk_of "${JAVA_HOME:-}" "${JAVA25_HOME:-}" ||
    first_jdk_of "$(jdk_on_path)" ||
    first_jdk_of /usr/lib/jvm/* /opt/*jdk* /opt/java/* \
      "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home
}

gimlet_jdk_hint="Gimlet needs a JDK $gimlet_java_wanted or newer and found none:\
 install Temurin $gimlet_java_wanted from https://adoptium.net, or set JAVA_HOME or JAVA25_HOME to one."
