package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SharedModelsTest {
  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void opensAModelOnceForAllWhoAskAtOnce() throws InterruptedException {
    TestingProvider provider = new TestingProvider("at-once");
    List<CompletableFuture<ModelLease>> asking =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> lease(provider)))
            .toList();
    provider.mayOpen.countDown();

    List<ModelLease> leases = asking.stream().map(CompletableFuture::join).toList();

    assertThat(provider.opened).hasValue(1);
    assertThat(leases.stream().map(ModelLease::model).distinct()).hasSize(1);
    leases.subList(1, 8).forEach(ModelLease::close);
    assertThat(provider.closed).hasValue(0);
    leases.get(0).close();
    assertThat(provider.closed).hasValue(1);
  }

  @Test
  void closingALeaseTwiceTakesNothingFromOthers() throws InterruptedException {
    TestingProvider provider = opening("twice");
    ModelLease first = SharedModels.lease(provider, Duration.ZERO);
    ModelLease second = SharedModels.lease(provider, Duration.ZERO);

    first.close();
    first.close();

    assertThat(provider.closed).hasValue(0);
    second.close();
    assertThat(provider.closed).hasValue(1);
  }

  @Test
  void opensAgainAfterTheLastLeft() throws InterruptedException {
    TestingProvider provider = opening("again");
    SharedModels.lease(provider, Duration.ZERO).close();
    SharedModels.lease(provider, Duration.ZERO).close();

    assertThat(provider.opened).hasValue(2);
    assertThat(provider.closed).hasValue(2);
  }

  @Test
  void keepsModelsOfOtherKeysApart() throws InterruptedException {
    TestingProvider one = opening("one");
    TestingProvider other = opening("other");
    try (ModelLease first = SharedModels.lease(one, Duration.ZERO);
        ModelLease second = SharedModels.lease(other, Duration.ZERO)) {
      assertThat(first.model()).isNotSameAs(second.model());
    }
    assertThat(List.of(one.closed.get(), other.closed.get())).containsExactly(1, 1);
  }

  @Test
  void triesAgainAfterAFailure() throws InterruptedException {
    TestingProvider provider = new TestingProvider("missing");
    for (int i = 1; i <= 2; i++) {
      assertThatIllegalStateException()
          .isThrownBy(() -> SharedModels.lease(provider, Duration.ZERO))
          .withMessage("Cannot open missing");
      assertThat(provider.opened).hasValue(i);
    }
  }

  @Test
  void aJobThatComesBackFindsTheModelOpen() throws InterruptedException {
    TestingProvider provider = opening("back");
    ModelLease first = SharedModels.lease(provider, LONG);
    first.close();

    ModelLease second = SharedModels.lease(provider, LONG);

    assertThat(second.model()).isSameAs(first.model());
    second.close();
    assertThat(provider.opened).hasValue(1);
    assertThat(provider.closed).hasValue(0);
    SharedModels.closeIdle();
    assertThat(provider.closed).hasValue(1);
  }

  @Test
  void aModelIsClosedAfterItHasLingered() throws InterruptedException {
    TestingProvider provider = opening("lingers");

    SharedModels.lease(provider, Duration.ofMillis(20)).close();

    assertThat(provider.isClosed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(provider.closed).hasValue(1);
  }

  @Test
  void aModelThatIsUsedAgainIsNotClosedWhenItsTimeHasCome() throws InterruptedException {
    TestingProvider used = opening("used");
    TestingProvider idle = opening("idle");
    SharedModels.lease(used, Duration.ofMillis(200)).close();
    ModelLease again = SharedModels.lease(used, Duration.ZERO);

    // One thread closes all: when this one is closed, the time of the other has come before.
    SharedModels.lease(idle, Duration.ofMillis(400)).close();

    assertThat(idle.isClosed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(used.closed).hasValue(0);
    SharedModels.closeIdle();
    assertThat(used.closed).as("it is held").hasValue(0);
    again.close();
    assertThat(used.closed).hasValue(1);
  }

  private static ModelLease lease(TestingProvider provider) {
    try {
      return SharedModels.lease(provider, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static TestingProvider opening(String name) {
    TestingProvider provider = new TestingProvider(name);
    provider.mayOpen.countDown();
    return provider;
  }
}
