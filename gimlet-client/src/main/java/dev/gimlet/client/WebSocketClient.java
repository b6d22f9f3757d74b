package dev.gimlet.client;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.transport.ClientLoop;
import dev.gimlet.transport.ClientLoops;
import dev.gimlet.transport.ClientTls;
import dev.gimlet.transport.Dial;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.codec.WebSocketUri;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Opens WebSockets and keeps them: each link comes back by itself when its connection is lost.
///
/// The first attempt of a link that fails, and the first after each connection, is a warning in the
/// logger `gimlet.client`, at most 10 in a second for each client; what fails after it is told to
/// the listener alone.
///
/// One client serves any number of links on a few event loops; a link costs no thread. Thread-safe:
/// one lock, `links`, over the set of links, the TLS context, and whether the client is closed.
public final class WebSocketClient implements AutoCloseable {

  private static final ClientListener NOTHING = new ClientListener() {};
  private static final Duration GRACE = Duration.ofSeconds(1); // beyond the close timeout

  private final ClientOptions options;
  private final ClientLog events = new ClientLog();
  private final ClientLoops loops;
  private final Set<ReconnectingLink> links = new HashSet<>(); // guarded by links
  private @Nullable ClientTls tls; // guarded by links; once it was needed
  private boolean closed; // guarded by links

  private WebSocketClient(ClientOptions options) {
    this.options = options;
    if (options.trust().isPresent()) {
      tls =
          ClientTls.trusting(options.trust()); // before the loops, whose descriptors it would leak
    }
    this.loops = ClientLoops.start(options.eventLoops(), events);
  }

  /// A client with the default options.
  public static WebSocketClient create() {
    return create(ClientOptions.defaults());
  }

  /// A client with these options.
  ///
  /// @throws dev.gimlet.websocket.GimletException when the file of trusted certificates cannot be
  ///   used; the message says what to do
  public static WebSocketClient create(ClientOptions options) {
    return new WebSocketClient(options);
  }

  /// Event style: begins to connect, and tells the listener; returns at once.
  ///
  /// @throws IllegalArgumentException when it is no `ws://` or `wss://` address
  /// @throws IllegalStateException when the client is closed
  public ClientLink connect(URI uri, ClientListener listener) {
    return connect(List.of(Objects.requireNonNull(uri, "uri")), listener);
  }

  /// The same for a server that has several addresses: when one fails, the next is tried.
  ///
  /// An answer that means "do not come back", such as 404, ends the link once all of them have
  /// given one in a row.
  public ClientLink connect(List<URI> addresses, ClientListener listener) {
    check(addresses);
    Objects.requireNonNull(listener, "listener");
    ReconnectingLink link = new ReconnectingLink(this, addresses, listener, () -> true);
    begin(link);
    return link;
  }

  /// Loop style: waits for the first connection; the loop over its messages goes on across all that
  /// follow, and ends when the link does.
  ///
  /// @throws ClientException when it cannot be opened and the client does not try again; also when
  ///   the client is closed meanwhile, or the waiting thread is interrupted: then the link is
  ///   closed with 1001, and the interrupt is kept
  /// @throws IllegalArgumentException when it is no `ws://` or `wss://` address
  /// @throws IllegalStateException when the client is closed
  public LoopLink open(URI uri) {
    return open(List.of(Objects.requireNonNull(uri, "uri")), NOTHING);
  }

  /// The same for a server that has several addresses, with a listener for all but messages.
  public LoopLink open(List<URI> addresses, ClientListener more) {
    check(addresses);
    ReceivingLink link = new ReceivingLink(this, addresses, more);
    begin(link.link());
    link.awaitOpen();
    return link;
  }

  private static void check(List<URI> addresses) {
    Objects.requireNonNull(addresses, "addresses");
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address to connect to");
    }
    addresses.forEach(WebSocketUri::parse);
  }

  private void begin(ReconnectingLink link) {
    synchronized (links) {
      if (closed) {
        throw new IllegalStateException("the client is closed");
      }
      links.add(link);
    }
    link.start();
  }

  void forget(ReconnectingLink link) {
    synchronized (links) {
      links.remove(link);
      links.notifyAll();
    }
  }

  /// Closes every link with 1000, waits for that, and ends the event loops.
  ///
  /// It waits no longer than the close timeout of the options and a second, and 2 s more while a
  /// callback holds an event loop. Must not be called from a listener: it waits for the thread that
  /// the listener is called on.
  @Override
  public void close() {
    List<ReconnectingLink> open;
    synchronized (links) {
      if (closed) {
        return;
      }
      closed = true;
      open = List.copyOf(links);
    }
    open.forEach(link -> link.close(CloseStatus.NORMAL_CLOSURE));
    awaitNoLinks();
    loops.close();
    synchronized (links) {
      if (tls != null) {
        tls.close();
      }
    }
  }

  private void awaitNoLinks() {
    long end = System.nanoTime() + options.webSocket().closeTimeout().plus(GRACE).toNanos();
    synchronized (links) {
      long left = end - System.nanoTime();
      while (!links.isEmpty() && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedWait(links, left);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
        left = end - System.nanoTime();
      }
    }
  }

  ClientOptions options() {
    return options;
  }

  ServerEvents events() {
    return events;
  }

  ClientLog log() {
    return events;
  }

  ClientLoop nextLoop() {
    return loops.next();
  }

  Dial dial(ConnectRequest request) {
    WebSocketUri uri = WebSocketUri.parse(request.uri());
    return new Dial(
        uri.host(),
        uri.port(),
        uri.authority(),
        uri.target(),
        request.fields(),
        uri.isSecure() ? Optional.of(tls()) : Optional.empty(),
        options
            .proxy()
            .map(proxy -> new Dial.ProxyAddress(proxy.host(), proxy.port(), proxy.fields())),
        options.webSocket(),
        options.connectTimeout(),
        options.handshakeTimeout());
  }

  private ClientTls tls() {
    synchronized (links) {
      ClientTls known = tls;
      if (known == null) {
        known = ClientTls.trusting(Optional.empty());
        tls = known;
      }
      return known;
    }
  }
}
