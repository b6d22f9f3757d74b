package dev.gimlet.websocket;

import java.time.Instant;

/// Numbers of one connection at one moment, while other threads go on. Immutable.
///
/// Bytes are those of payloads, decompressed, without headers of frames; control frames do not
/// count. Only `waitingBytes` has the frames as a whole.
///
/// @param openedAt when the opening handshake was complete
/// @param messagesReceived messages given to the program
/// @param bytesReceived their payload in bytes
/// @param messagesSent messages put in line for the socket, which nothing but the end of the
///   connection can stop any more
/// @param bytesSent their payload in bytes
/// @param waitingBytes bytes of what was accepted and not yet taken by the socket: frames with
///   their headers, and 64 bytes or more for each message that may still be dropped
/// @param droppedMessages messages that the [SlowConsumerPolicy] dropped, also those that had been
///   accepted before, and the one for which the connection was closed
public record ConnectionStatistics(
    Instant openedAt,
    long messagesReceived,
    long bytesReceived,
    long messagesSent,
    long bytesSent,
    long waitingBytes,
    long droppedMessages) {}
