package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the order in which tasks come, go, are cancelled and lose what they share: there is
 * never a second one beside the first, and nothing is left behind.
 */
@Timeout(300)
class SharedLawsTest {
  private static final int SEEDS = Integer.getInteger("flanstream.interleavings", 40);
  private static final int ACTORS = 3;
  private static final int ROUNDS = 3;
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger alive = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final List<String> violations = new ArrayList<>();

  /** What is shared: memory that is taken until it is freed. */
  private final class Memory {
    private volatile boolean lost;
    private volatile boolean freed;

    Memory() {
      opened.incrementAndGet();
      if (alive.incrementAndGet() > 1) {
        violate("two at a time");
      }
    }

    void free() {
      if (!freed) {
        freed = true;
        alive.decrementAndGet();
      }
    }
  }

  private synchronized void violate(String what) {
    violations.add(what);
  }

  static long[] seeds() {
    return new Random(1).longs(SEEDS).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void thereIsOneAtATimeAndNothingIsLeft(long seed) throws InterruptedException {
    Interleaving turns = new Interleaving(seed);
    Shared<Memory> shared = new Shared<>(new MemoryLife(turns));
    List<Thread> actors = new ArrayList<>();
    for (int i = 0; i < ACTORS; i++) {
      Random own = new Random(seed + i);
      actors.add(turns.start("actor " + i, () -> act(turns, shared, own)));
    }
    Random victims = new Random(seed);
    turns.start(
        "canceller",
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            turns.step();
            actors.get(victims.nextInt(ACTORS)).interrupt();
          }
        });
    turns.run();
    shared.closeIdle();
    while (shared.open() > 0 || closed.get() < opened.get()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }

    assertThat(violations).isEmpty();
    assertThat(alive).as("left behind").hasValue(0);
  }

  private void act(Interleaving turns, Shared<Memory> shared, Random random) {
    for (int round = 0; round < ROUNDS; round++) {
      turns.step();
      try {
        Shared.Lease<Memory> lease =
            shared.lease(
                "key", () -> open(turns, random), random.nextBoolean() ? LONG : Duration.ZERO);
        if (lease.shared().freed) {
          violate("given out after it was freed");
        }
        turns.step();
        if (random.nextInt(3) == 0) {
          lease.shared().lost = true;
          lease.losing().run();
          turns.step();
        } else if (lease.shared().freed && !lease.shared().lost) {
          violate("freed while it was used");
        }
        lease.ending().run();
        lease.ending().run();
      } catch (InterruptedException e) {
        // It is cancelled: the next round is another task.
        var unused = Thread.interrupted();
      } catch (IllegalStateException e) {
        // It could not be opened.
      }
    }
  }

  private Memory open(Interleaving turns, Random random) {
    Memory memory = new Memory();
    for (int part = 0; part < 3; part++) {
      turns.step();
      if (Thread.currentThread().isInterrupted() || random.nextInt(12) == 0) {
        memory.free();
        closed.incrementAndGet();
        throw new IllegalStateException("cannot open");
      }
    }
    return memory;
  }

  private final class MemoryLife implements Shared.Life<Memory> {
    private final Interleaving turns;

    MemoryLife(Interleaving turns) {
      this.turns = turns;
    }

    @Override
    public String name(Memory memory) {
      return "memory";
    }

    @Override
    public void close(Memory memory) {
      turns.step();
      memory.free();
      closed.incrementAndGet();
    }

    @Override
    public boolean isLost(Memory memory) {
      return memory.lost;
    }

    @Override
    public void free(Memory memory, Shared.Users users) {
      turns.step();
      memory.free();
    }
  }

  /** Loading that does not hear its interrupt holds up nobody but those who come after it. */
  @Test
  void whoWaitsForAnOpeningCanBeInterruptedAtOnce() throws InterruptedException {
    Interleaving turns = new Interleaving(1);
    Shared<Memory> shared = new Shared<>(new MemoryLife(turns));
    CountDownLatch mayOpen = new CountDownLatch(1);
    List<Throwable> ends = new CopyOnWriteArrayList<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                shared.lease("key", () -> deaf(mayOpen), Duration.ZERO);
              } catch (InterruptedException e) {
                ends.add(e);
              }
            });
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    waiting.interrupt();
    waiting.join(TimeUnit.SECONDS.toMillis(1));

    assertThat(ends).singleElement().isInstanceOf(InterruptedException.class);
    assertThat(shared.open()).as("still opening").isEqualTo(1);
    Thread next =
        turns.start(
            "next",
            () -> {
              try {
                shared.lease("key", Memory::new, Duration.ZERO).ending().run();
              } catch (InterruptedException e) {
                violate("interrupted");
              }
            });
    mayOpen.countDown();
    turns.run();
    next.join();
    assertThat(violations).isEmpty();
    assertThat(alive).hasValue(0);
  }

  private Memory deaf(CountDownLatch mayOpen) {
    Memory memory = new Memory();
    boolean open = false;
    while (!open) {
      try {
        mayOpen.await();
        open = true;
      } catch (InterruptedException e) {
        // As a call of native code is.
      }
    }
    return memory;
  }
}
