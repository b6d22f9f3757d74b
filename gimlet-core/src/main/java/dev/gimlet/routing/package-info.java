/// Finds the route that takes a request.
///
/// Read in this order: [RouteTree][dev.gimlet.routing.RouteTree],
/// [Route][dev.gimlet.routing.Route], [PathPattern][dev.gimlet.routing.PathPattern],
/// [RequestPath][dev.gimlet.routing.RequestPath], [RouteMatch][dev.gimlet.routing.RouteMatch].
///
/// Nothing here knows a connection or a header field: a method and a path go in, a match comes out.
///
/// Routes are added on one thread before the server starts; from then on everything is immutable.
@NullMarked
package dev.gimlet.routing;

import org.jspecify.annotations.NullMarked;
