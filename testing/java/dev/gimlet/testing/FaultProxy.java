package dev.gimlet.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A TCP proxy on this machine that fails as networks do, when it is told to.
///
/// Between a client and the server at `port`: connect to [#port()]. Starts by passing everything
/// on. Thread-safe: one lock, this object, guards mode and listener; links are in a concurrent set.
public final class FaultProxy implements AutoCloseable {

  private static final int BUFFER_BYTES = 16 << 10;
  private static final int BACKLOG = 1024;
  private static final int NOTED_BYTES = 4 << 10;

  private enum Mode {
    PASSING,
    MUTE,
    STALLED,
    BLACKHOLE,
    CLOSED
  }

  private volatile InetSocketAddress server;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final int port;
  private Mode mode = Mode.PASSING;
  private @Nullable ServerSocket listener;
  private Thread acceptor = Thread.currentThread();

  private FaultProxy(int serverPort) throws IOException {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    port = listen(0);
  }

  /// Starts a proxy to the server at this port of this machine.
  public static FaultProxy to(int serverPort) throws IOException {
    return new FaultProxy(serverPort);
  }

  /// Where clients connect, also after [#refuse()] and [#admit()].
  public int port() {
    return port;
  }

  /// The number of connections that go through here now.
  public int links() {
    return links.size();
  }

  /// Passes on what arrives, and what was held back by a stall.
  public void pass() {
    become(Mode.PASSING);
  }

  /// Holds everything back: senders find that nothing is read.
  public void stall() {
    become(Mode.STALLED);
  }

  /// Takes everything and passes nothing on, neither bytes nor the end of a connection.
  public void blackhole() {
    become(Mode.BLACKHOLE);
  }

  /// Passes on what clients send and swallows what the server answers.
  public void mute() {
    become(Mode.MUTE);
  }

  /// New connections go to the server at this port; those that are there stay.
  public void retarget(int serverPort) {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
  }

  /// From now on, takes everything and passes nothing on, on the connections whose clients have
  /// sent this text within their first 4 KiB; all others go on.
  public void blackhole(String sent) {
    links.stream().filter(link -> link.hasSent(sent)).forEach(link -> link.isBlackhole = true);
  }

  /// Ends all connections in order, with FIN to both sides; none of those that come back meanwhile.
  public void cut() {
    List.copyOf(links).forEach(Link::cut);
  }

  /// The same with RST.
  public void reset() {
    List.copyOf(links).forEach(Link::reset);
  }

  /// Takes no new connections: clients are refused.
  public synchronized void refuse() throws IOException {
    ServerSocket current = listener;
    if (current != null) {
      listener = null;
      current.close();
      awaitEnd(acceptor); // the socket goes on listening as long as it is waited for
    }
  }

  /// Takes connections again.
  public synchronized void admit() throws IOException {
    if (listener == null) {
      listen(port);
    }
  }

  @Override
  public void close() throws IOException {
    refuse();
    become(Mode.CLOSED);
    cut();
  }

  private synchronized int listen(int at) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), BACKLOG);
    listener = socket;
    acceptor = Thread.startVirtualThread(() -> accept(socket));
    return socket.getLocalPort();
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(ServerSocket socket) {
    try (socket) {
      while (true) {
        link(socket.accept());
      }
    } catch (IOException closed) {
      // refused or closed
    }
  }

  private void link(Socket client) {
    try {
      Socket upstream = new Socket();
      upstream.connect(server);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      Link link = new Link(client, upstream);
      links.add(link);
      Thread.startVirtualThread(() -> pump(client, upstream, link));
      Thread.startVirtualThread(() -> pump(upstream, client, link));
    } catch (IOException refused) {
      Link.reset(client);
    }
  }

  private synchronized void become(Mode next) {
    mode = next;
    notifyAll();
  }

  /// Waits out a stall.
  private synchronized Mode modeAfterStall() {
    try {
      while (mode == Mode.STALLED) {
        wait();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return mode;
  }

  private void pump(Socket from, Socket to, Link link) {
    byte[] bytes = new byte[BUFFER_BYTES];
    try {
      int count = 0;
      while (count >= 0) {
        count = from.getInputStream().read(bytes);
        link.note(from, bytes, count);
        Mode current = link.isBlackhole ? Mode.BLACKHOLE : modeAfterStall();
        if (current == Mode.PASSING || (current == Mode.MUTE && link.isFromClient(from))) {
          pass(bytes, count, to);
        }
      }
      endOfOneDirection(link);
    } catch (IOException broken) {
      if (!link.isBlackhole && modeAfterStall() != Mode.BLACKHOLE) {
        link.reset();
        links.remove(link);
      }
    }
  }

  private static void pass(byte[] bytes, int count, Socket to) throws IOException {
    if (count < 0) {
      to.shutdownOutput();
    } else {
      to.getOutputStream().write(bytes, 0, count);
    }
  }

  private void endOfOneDirection(Link link) {
    if (link.hasEnded()) {
      links.remove(link);
      link.cut();
    }
  }

  /// One connection from end to end. Thread-safe: its lock guards how it ends, which is decided
  /// once.
  private static final class Link {

    private final Socket client;
    private final Socket upstream;
    private int ended;
    private boolean over;
    private volatile boolean isBlackhole;
    private final StringBuilder sent = new StringBuilder(); // the beginning of what the client sent

    private Link(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    private synchronized void note(Socket from, byte[] bytes, int count) {
      if (isFromClient(from) && count > 0 && sent.length() < NOTED_BYTES) {
        sent.append(new String(bytes, 0, count, ISO_8859_1));
      }
    }

    private synchronized boolean hasSent(String text) {
      return sent.indexOf(text) >= 0;
    }

    private boolean isFromClient(Socket from) {
      return from.equals(client);
    }

    /// Counts a direction that has ended; true with the second.
    private synchronized boolean hasEnded() {
      return ++ended == 2;
    }

    private void cut() {
      if (isFirstEnd()) {
        close(client);
        close(upstream);
      }
    }

    private void reset() {
      if (isFirstEnd()) {
        reset(client);
        reset(upstream);
      }
    }

    private synchronized boolean isFirstEnd() {
      boolean first = !over;
      over = true;
      return first;
    }

    private static void reset(Socket socket) {
      try {
        socket.setSoLinger(true, 0); // close then sends RST
      } catch (IOException alreadyClosed) {
        return;
      }
      close(socket);
    }

    private static void close(Socket socket) {
      try {
        socket.close();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
