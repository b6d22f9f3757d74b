/*
 * uWebSockets 0.14: "uws PORT".
 *
 * All its WebSockets are one group, so a server has members of the room or echoes, as the cases need it.
 */
#include "uWS.h"
#include <cstdlib>
#include <string>

typedef uWS::WebSocket<uWS::SERVER> Socket;

static char member; /* marks the sockets of the room */

int main(int count, char **arguments) {
  if (count != 2) {
    return 2;
  }
  uWS::Hub hub;
  hub.onConnection([](Socket *socket, uWS::HttpRequest request) {
    socket->setUserData(request.getUrl().toString() == "/room" ? &member : nullptr);
  });
  hub.onMessage([&hub](Socket *socket, char *bytes, size_t length, uWS::OpCode opcode) {
    if (socket->getUserData() == &member) {
      hub.getDefaultGroup<uWS::SERVER>().broadcast(bytes, length, opcode);
    } else {
      socket->send(bytes, length, opcode);
    }
  });
  if (!hub.listen("127.0.0.1", atoi(arguments[1]))) {
    return 1;
  }
  hub.run();
}
