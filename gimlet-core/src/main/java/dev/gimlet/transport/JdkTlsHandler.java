package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// TLS by the JDK, without the renegotiation that TLS 1.2 lets a client ask for, and with few
/// records that bring no data.
///
/// Renegotiation would make a server do the costly half of a handshake as often as a client likes,
/// and hold back what is to be sent for as long as the client likes. The JDK can only be told so
/// for the whole process. It also answers each update of keys (RFC 8446 §4.6.3): for a peer that
/// reads nothing, client or server, the answers would pile up. Owned by its event loop.
final class JdkTlsHandler extends SslHandler {
  private static final int HANDSHAKE_RECORD = 22; // RFC 5246 §6.2.1; in TLS 1.3 it is encrypted
  private static final int MAX_DATALESS_RECORDS = 32; // BoringSSL's limit for updates of keys
  private static final int MAX_DATALESS_BYTES = 8 << 10; // a record may hold 3,276 updates

  private int datalessRecords; // since data came while the peer had nothing left to take
  private int datalessBytes; // of those
  private boolean broughtData; // the record that is being decoded

  JdkTlsHandler(SSLEngine engine) {
    super(engine);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    context.pipeline().addAfter(context.name(), null, new Data());
  }

  /// Called with a whole number of records behind it.
  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws SSLException {
    if (!handshakeFuture().isSuccess()) {
      super.decode(context, in, out);
      return;
    }
    if (in.isReadable() && in.getUnsignedByte(in.readerIndex()) == HANDSHAKE_RECORD) {
      throw refused(in, "renegotiation is refused");
    }
    int before = in.readableBytes();
    broughtData = false;
    super.decode(context, in, out);
    int decoded = before - in.readableBytes();
    if (decoded > 0 && !broughtData) {
      datalessRecords++;
      datalessBytes += decoded;
    }
    if (datalessRecords > MAX_DATALESS_RECORDS || datalessBytes > MAX_DATALESS_BYTES) {
      throw refused(in, "too many TLS records without data");
    }
  }

  private static SSLException refused(ByteBuf in, String reason) {
    in.skipBytes(in.readableBytes());
    return new SSLException(reason);
  }

  /// Sees the data that records bring.
  private final class Data extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object data) {
      broughtData = true;
      if (datalessRecords > 0 && SendProgress.waitingBytes(context.channel()) == 0) {
        datalessRecords = 0;
        datalessBytes = 0;
      }
      context.fireChannelRead(data);
    }
  }
}
