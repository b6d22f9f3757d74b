package dev.gimlet.transport;

import dev.gimlet.entrance.Client;
import dev.gimlet.entrance.Seat;
import dev.gimlet.exchange.Program;
import dev.gimlet.exchange.Response;
import dev.gimlet.exchange.ResponseWriter;
import dev.gimlet.http.HttpException;
import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;

/// What happens to an accepted connection before anything of its own is read.
///
/// Owned by the connection's event loop.
final class Reception implements ProxyHeader.Next {
  private final Channel channel;
  private final Program program;
  private final Seat seat;
  private final Farewells farewells;
  private final Runnable begin;

  private Reception(
      Channel channel, Program program, Seat seat, Farewells farewells, Runnable begin) {
    this.channel = channel;
    this.program = program;
    this.seat = seat;
    this.farewells = farewells;
    this.begin = begin;
  }

  /// Runs `begin` at once or after the header of a proxy, unless the connection is refused.
  static void receive(
      Channel channel, Program program, Seat seat, Farewells farewells, Runnable begin) {
    new Reception(channel, program, seat, farewells, begin).receive();
  }

  private void receive() {
    InetSocketAddress peer = HttpService.peerAddress(channel);
    boolean proxy = program.entrance().proxies().trusts(peer);
    if (!program.entrance().proxyProtocol()) {
      admit(peer, proxy, false);
    } else if (proxy) {
      channel
          .pipeline()
          .addLast(
              new HAProxyMessageDecoder(ProxyHeader.MAX_FIELD_BYTES),
              new ProxyHeader(program.limits().requestTimeout(), this));
    } else {
      refuse("it comes from no trusted proxy");
    }
  }

  @Override
  public void begin(Client client) {
    admit(client.address(), program.entrance().proxies().trusts(client.address()), true);
  }

  /// The connections of a proxy are those of many clients: only its WebSockets count for them.
  private void admit(InetSocketAddress client, boolean isProxy, boolean proxied) {
    if (isProxy || seat.countSocket(client, proxied)) {
      begin.run();
    } else {
      refuse(client, program.entrance().admission().addressFull());
    }
  }

  @Override
  public void refuse(String reason) {
    refuse(
        HttpService.peerAddress(channel),
        new HttpException(
            400,
            "this port takes connections of trusted proxies that speak the PROXY protocol; this one"
                + " was refused: "
                + reason));
  }

  /// With TLS the peer could not read the answer.
  private void refuse(InetSocketAddress peer, HttpException refusal) {
    program.events().refused(peer, refusal.status(), String.valueOf(refusal.getMessage()));
    if (program.tls().isPresent()) {
      channel.close();
      return;
    }
    farewells.close(
        channel, ResponseWriter.write(channel.alloc(), Response.error(refusal), false, true));
  }
}
