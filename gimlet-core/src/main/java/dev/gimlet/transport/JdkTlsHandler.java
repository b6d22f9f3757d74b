package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// TLS by the JDK, without the renegotiation that TLS 1.2 lets a client ask for.
///
/// It would make the server do the costly half of a handshake as often as a client likes, and hold
/// back what is to be sent for as long as the client likes. The JDK can only be told so for the
/// whole process. Owned by its event loop.
final class JdkTlsHandler extends SslHandler {
  private static final int HANDSHAKE_RECORD = 22; // RFC 5246 §6.2.1; in TLS 1.3 it is encrypted

  JdkTlsHandler(SSLEngine engine) {
    super(engine);
  }

  /// Called with a whole number of records behind it.
  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws SSLException {
    if (handshakeFuture().isSuccess()
        && in.isReadable()
        && in.getUnsignedByte(in.readerIndex()) == HANDSHAKE_RECORD) {
      in.skipBytes(in.readableBytes());
      throw new SSLException("renegotiation is refused");
    }
    super.decode(context, in, out);
  }
}
