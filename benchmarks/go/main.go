// Gin with gorilla/websocket: "gin PORT".
package main

import (
	"log"
	"os"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{}

func main() {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/echo", echo)
	engine.GET("/room", (&room{members: map[*member]bool{}}).serve)
	log.Fatal(engine.Run("127.0.0.1:" + os.Args[1]))
}

func echo(c *gin.Context) {
	connection, err := upgrader.Upgrade(c.Writer, c.Request, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	for {
		kind, message, err := connection.ReadMessage()
		if err != nil {
			return
		}
		if err := connection.WriteMessage(kind, message); err != nil {
			return
		}
	}
}

// A connection allows one writer at a time.
type member struct {
	sync.Mutex
	connection *websocket.Conn
}

type room struct {
	sync.Mutex
	members map[*member]bool
}

func (r *room) serve(c *gin.Context) {
	connection, err := upgrader.Upgrade(c.Writer, c.Request, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	self := &member{connection: connection}
	r.Lock()
	r.members[self] = true
	r.Unlock()
	defer func() {
		r.Lock()
		delete(r.members, self)
		r.Unlock()
	}()
	for {
		kind, message, err := connection.ReadMessage()
		if err != nil {
			return
		}
		r.publish(kind, message)
	}
}

func (r *room) publish(kind int, message []byte) {
	prepared, err := websocket.NewPreparedMessage(kind, message)
	if err != nil {
		return
	}
	r.Lock()
	defer r.Unlock()
	for each := range r.members {
		each.Lock()
		each.connection.WritePreparedMessage(prepared)
		each.Unlock()
	}
}
