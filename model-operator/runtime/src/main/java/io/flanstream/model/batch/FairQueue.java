package io.flanstream.model.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Requests that wait, and the cut of the next batch.
 *
 * <p>Clients of one priority share by weighted fair queueing over tokens, with one counter a client
 * in place of a tag a request: the Virtual Token Counter of Sheng et al., Fairness in Serving Large
 * Language Models, OSDI 2024. A batch begins with the oldest request of the client whose tokens
 * over weight are the fewest, and takes on, always for the client that then has the fewest, the
 * request nearest in length to the first, so that little is padding. A client that comes back from
 * having nothing to do starts level with the others. So of two clients that always have work, none
 * gets ahead of its share by more than a batch.
 *
 * <p>A higher priority goes first, but one batch in eight belongs to the priority whose oldest
 * request has waited longest: nobody starves. Not thread-safe.
 */
final class FairQueue {
  private static final int CUTS_OF_THE_OLDEST = 8;

  private final BatchSettings settings;
  private final TreeMap<Integer, Level> levels = new TreeMap<>(Comparator.reverseOrder());
  private int cuts;

  FairQueue(BatchSettings settings) {
    this.settings = settings;
  }

  void add(Share share, InFlightRequest<?> pending) {
    if (pending.isTaken()) {
      return;
    }
    Level level = levels.computeIfAbsent(share.priority(), any -> new Level());
    Client client = level.client(share);
    if (client.isIdle()) {
      client.catchUp(level.served);
    }
    client.line(pending.request()).add(pending);
  }

  /**
   * How long the next batch may still wait for company.
   *
   * @param now {@link System#nanoTime()}
   * @param mayDecode whether requests that decode may go
   * @return nanoseconds; 0 or less where it may go now, {@link Long#MAX_VALUE} where nothing waits
   */
  long patience(long now, boolean mayDecode) {
    long oldest = Long.MAX_VALUE;
    long tokens = 0;
    long requests = 0;
    for (Level level : levels.values()) {
      for (Client client : level.clients) {
        InFlightRequest<?> first = client.oldest(mayDecode);
        if (first != null) {
          long left = first.arrivedNanos() - now + settings.maxWait().toNanos();
          oldest = Math.min(oldest, left);
          tokens += client.scores().tokens() + (mayDecode ? client.decodings().tokens() : 0);
          requests += client.scores().requests() + (mayDecode ? client.decodings().requests() : 0);
        }
      }
    }
    boolean full = tokens >= settings.maxTokens() || requests >= settings.maxRequests();
    return full ? 0 : oldest;
  }

  /** Prompt tokens that wait. */
  long tokens() {
    return clients()
        .mapToLong(client -> client.scores().tokens() + client.decodings().tokens())
        .sum();
  }

  /** Requests that wait. */
  int requests() {
    return clients()
        .mapToInt(client -> client.scores().requests() + client.decodings().requests())
        .sum();
  }

  /** Requests that wait to decode. */
  int decodings() {
    return clients().mapToInt(client -> client.decodings().requests()).sum();
  }

  private Stream<Client> clients() {
    return levels.values().stream().flatMap(level -> level.clients.stream());
  }

  /**
   * Cuts the next batch.
   *
   * @param room what there is room for
   * @return the batch; empty where nothing waits, or what waits needs more room
   */
  List<InFlightRequest<?>> cut(Capacity room) {
    BatchCut cut = new BatchCut(room);
    boolean oldestLevel = ++cuts % CUTS_OF_THE_OLDEST == 0;
    boolean mayDecode = room.rows() > 0;
    Client client = first(oldestLevel, mayDecode);
    InFlightRequest<?> first = client == null ? null : client.oldest(mayDecode);
    if (first != null && first.request().decodes() && !cut.fits(first.request())) {
      mayDecode = false;
      client = first(oldestLevel, false);
      first = client == null ? null : client.oldest(false);
    }
    if (first == null || !cut.fits(first.request())) {
      return List.of();
    }
    Level level = levels.get(client.share().priority());
    level.served = Math.max(level.served, client.served());
    take(cut, client, first);
    fill(cut, first.request().length(), mayDecode);
    return cut.requests();
  }

  private Client first(boolean oldestLevel, boolean mayDecode) {
    Client first = null;
    long longest = 0;
    long now = System.nanoTime();
    for (Level level : levels.values()) {
      Client least = null;
      long waited = Long.MIN_VALUE;
      for (Client client : level.clients) {
        InFlightRequest<?> oldest = client.oldest(mayDecode);
        if (oldest != null) {
          waited = Math.max(waited, now - oldest.arrivedNanos());
          least = least == null || client.served() < least.served() ? client : least;
        }
      }
      if (least != null && (first == null || waited > longest)) {
        first = least;
        longest = waited;
      }
      if (first != null && !oldestLevel) {
        break;
      }
    }
    return first;
  }

  private void fill(BatchCut cut, int length, boolean mayDecode) {
    boolean more = true;
    while (more) {
      more = false;
      for (Level level : levels.values()) {
        if (fill(cut, level.clients, length, mayDecode)) {
          more = true;
          break;
        }
      }
    }
  }

  /** Takes one more request, of the client that has had least; false if none fits. */
  private static boolean fill(
      BatchCut cut, Collection<Client> clients, int length, boolean mayDecode) {
    Client least = null;
    InFlightRequest<?> nearest = null;
    for (Client client : clients) {
      if (least == null || client.served() < least.served()) {
        InFlightRequest<?> found = nearest(cut, client, length, mayDecode);
        if (found != null) {
          least = client;
          nearest = found;
        }
      }
    }
    if (least != null) {
      take(cut, least, nearest);
    }
    return least != null;
  }

  private static InFlightRequest<?> nearest(
      BatchCut cut, Client client, int length, boolean mayDecode) {
    InFlightRequest<?> nearest = nearer(cut, client.scores().upTo(length), null, length);
    nearest = nearer(cut, client.scores().from(length + 1), nearest, length);
    if (mayDecode) {
      nearest = nearer(cut, client.decodings().upTo(length), nearest, length);
      nearest = nearer(cut, client.decodings().from(length + 1), nearest, length);
    }
    return nearest;
  }

  private static InFlightRequest<?> nearer(
      BatchCut cut, InFlightRequest<?> one, InFlightRequest<?> other, int length) {
    boolean nearer =
        one != null
            && (other == null || distance(one, length) < distance(other, length))
            && cut.fits(one.request());
    return nearer ? one : other;
  }

  private static int distance(InFlightRequest<?> pending, int length) {
    return Math.abs(pending.request().length() - length);
  }

  private static void take(BatchCut cut, Client client, InFlightRequest<?> pending) {
    client.line(pending.request()).remove(pending);
    pending.take(client);
    cut.add(pending);
  }

  /** Clients of one priority. */
  private static final class Level {
    private final List<Client> clients = new ArrayList<>();
    private double served;

    Client client(Share share) {
      for (Client client : clients) {
        if (client.share().equals(share)) {
          return client;
        }
      }
      clients.removeIf(client -> client.isIdle() && client.served() <= served);
      clients.add(new Client(share));
      return clients.get(clients.size() - 1);
    }
  }
}
