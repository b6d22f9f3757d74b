/// HTTP as a program sees it: routes, handlers, middleware and the context of one request.
///
/// Read in this order: [Handler][dev.gimlet.http.Handler], [Context][dev.gimlet.http.Context],
/// [Router][dev.gimlet.http.Router], [Middleware][dev.gimlet.http.Middleware],
/// [HttpException][dev.gimlet.http.HttpException].
///
/// Nothing here knows how bytes travel: the transport implements
/// [Context][dev.gimlet.http.Context].
///
/// Handlers and middleware run on virtual threads, one per request.
@NullMarked
package dev.gimlet.http;

import org.jspecify.annotations.NullMarked;
