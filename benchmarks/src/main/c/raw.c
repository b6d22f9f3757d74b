/*
 * The limit: TCP with nothing on top, one thread, epoll.
 *
 *   raw PORT echo     returns what it reads
 *   raw PORT fanout   sends what it reads to every connection, one send() each
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 4096, READ_BYTES = 64 << 10, BACKLOG = 4096, MAX_CONNECTIONS = 1 << 16 };

static char bytes[READ_BYTES];
static int members[MAX_CONNECTIONS];
static int place[MAX_CONNECTIONS]; /* of a descriptor in members */
static int count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* All of it, waiting when the socket is full: the load generator always reads. */
static void send_all(int fd, const char *from, size_t left) {
  while (left > 0) {
    ssize_t sent = send(fd, from, left, MSG_NOSIGNAL);
    if (sent >= 0) {
      from += sent;
      left -= sent;
    } else if (errno == EAGAIN) {
      struct pollfd room = {.fd = fd, .events = POLLOUT};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return; /* the next read tells that it is gone */
    }
  }
}

static void take(int epoll, int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) {
      if (errno == EAGAIN) return;
      fail("accept");
    }
    if (fd >= MAX_CONNECTIONS) {
      close(fd);
      continue;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
    place[fd] = count;
    members[count++] = fd;
  }
}

static void drop(int fd) {
  int last = members[--count];
  members[place[fd]] = last;
  place[last] = place[fd];
  close(fd);
}

static void serve(int fd, int fanout) {
  ssize_t got = recv(fd, bytes, sizeof bytes, 0);
  if (got > 0) {
    if (!fanout) {
      send_all(fd, bytes, got);
    } else {
      for (int i = 0; i < count; i++) send_all(members[i], bytes, got);
    }
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    drop(fd);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: raw PORT echo|fanout\n");
    return 2;
  }
  int fanout = strcmp(argv[2], "fanout") == 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = inet_addr("127.0.0.1")};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, BACKLOG) < 0) fail("listen");
  int epoll = epoll_create1(0);
  struct epoll_event wanted = {.events = EPOLLIN, .data.fd = listener};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &wanted) < 0) fail("epoll_ctl");
  for (;;) {
    static struct epoll_event ready[EVENTS];
    int n = epoll_wait(epoll, ready, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.fd == listener) {
        take(epoll, listener);
      } else {
        serve(ready[i].data.fd, fanout);
      }
    }
  }
}
