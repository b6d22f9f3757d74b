// Everyone gets the latest prices, however slowly they read: ./gimlet run examples/Prices.java

import dev.gimlet.Gimlet;
import dev.gimlet.websocket.*;

void main() {
  var app = Gimlet.create();
  var latest =
      WebSocketOptions.builder().slowConsumerPolicy(SlowConsumerPolicy.LATEST_PER_KEY).build();
  var prices = new java.util.concurrent.ConcurrentHashMap<String, Integer>();

  app.ws(
      "/prices",
      latest,
      connection -> {
        while (connection.isOpen()) {
          for (var symbol : List.of("GIN", "LIME", "TONIC")) {
            int price = prices.merge(symbol, 1, Integer::sum); // goes up and up
            connection.send(Text.of(symbol + " " + price), symbol); // replaces what still waits
          }
          Thread.sleep(10);
        }
      });

  app.run(8080);
}
