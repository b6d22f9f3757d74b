# Builds what is measured. Sourced by ./run and ./jmh with $here set to this folder; plain POSIX sh.
# shellcheck shell=sh disable=SC2154 # the caller sets $here, find-jdk.sh sets gimlet_jdk

say() { printf '%s\n' "benchmarks: $*" >&2; }

. "$here/../.mvn/find-jdk.sh"

build_java() {
  say "building Gimlet and the peers on the JVM"
  rm -rf "$here/target/lib" # a jar of another version must not stay
  (cd "$here/.." && JAVA_HOME=$gimlet_jdk ./mvnw -B -q -Pbenchmarks -Dmaven.test.skip=true \
    -Dmaven.compiler.failOnWarning=false -pl benchmarks -am package)
}

# uWebSockets as C++: its last release that a registry has, from the sources in its npm package. Newer ones are on
# GitHub only.
build_uws() {
  uws="$here/target/uws"
  if [ -x "$here/target/native/uws" ] || ! command -v c++ >/dev/null || ! command -v npm >/dev/null; then
    return
  fi
  mkdir -p "$uws"
  sources="$uws/package/src"
  if ! (cd "$uws" && npm pack --silent uws@9.148.0 >/dev/null && tar xzf uws-9.148.0.tgz) ||
    ! c++ -O3 -std=c++11 -w -I"$sources" -o "$here/target/native/uws" "$here/src/main/cpp/uws.cpp" \
      "$sources"/Extensions.cpp "$sources"/Group.cpp "$sources"/Networking.cpp "$sources"/Hub.cpp "$sources"/Node.cpp \
      "$sources"/WebSocket.cpp "$sources"/HTTPSocket.cpp "$sources"/Socket.cpp "$sources"/Epoll.cpp -lssl -lcrypto -lz; then
    say "uWebSockets could not be fetched or built"
  fi
}

# The peers in other languages are left out where their tools are not; nothing is installed here but
# npm packages, into this folder.
build_others() {
  mkdir -p "$here/target/native"
  if command -v cc >/dev/null; then
    cc -O2 -o "$here/target/native/raw" "$here/src/main/c/raw.c"
  fi
  # Debian's packages are sources to be used without modules, and from no network.
  if command -v go >/dev/null && [ -d /usr/share/gocode/src/github.com/gorilla/websocket ] &&
    [ -d /usr/share/gocode/src/github.com/gin-gonic/gin ]; then
    (cd "$here/go" && GO111MODULE=off GOPATH="$here/target/go:/usr/share/gocode" \
      go build -o "$here/target/native/gin" .)
  fi
  build_uws
  installed="$here/npm/node_modules/.package-lock.json"
  if command -v npm >/dev/null &&
    { [ ! -e "$installed" ] || [ "$here/npm/package-lock.json" -nt "$installed" ]; }; then
    (cd "$here/npm" && npm ci --silent --no-audit --no-fund) || say "npm could not fetch Bun and ws"
  fi
}
