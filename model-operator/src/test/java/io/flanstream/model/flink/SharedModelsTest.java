package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedModelsTest {

  @Test
  void opensAModelOnceForAllWhoAskAtOnce() {
    TestingProvider provider = new TestingProvider("at-once");
    List<CompletableFuture<ModelLease>> asking =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> SharedModels.lease(provider)))
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
  void closingALeaseTwiceTakesNothingFromOthers() {
    TestingProvider provider = opening("twice");
    ModelLease first = SharedModels.lease(provider);
    ModelLease second = SharedModels.lease(provider);

    first.close();
    first.close();

    assertThat(provider.closed).hasValue(0);
    second.close();
    assertThat(provider.closed).hasValue(1);
  }

  @Test
  void opensAgainAfterTheLastLeft() {
    TestingProvider provider = opening("again");
    SharedModels.lease(provider).close();
    SharedModels.lease(provider).close();

    assertThat(provider.opened).hasValue(2);
    assertThat(provider.closed).hasValue(2);
  }

  @Test
  void keepsModelsOfOtherKeysApart() {
    TestingProvider one = opening("one");
    TestingProvider other = opening("other");
    try (ModelLease first = SharedModels.lease(one);
        ModelLease second = SharedModels.lease(other)) {
      assertThat(first.model()).isNotSameAs(second.model());
    }
    assertThat(List.of(one.closed.get(), other.closed.get())).containsExactly(1, 1);
  }

  @Test
  void triesAgainAfterAFailure() {
    TestingProvider provider = new TestingProvider("missing");
    for (int i = 1; i <= 2; i++) {
      assertThatIllegalStateException()
          .isThrownBy(() -> SharedModels.lease(provider))
          .withMessage("Cannot open missing");
      assertThat(provider.opened).hasValue(i);
    }
  }

  static TestingProvider opening(String name) {
    TestingProvider provider = new TestingProvider(name);
    provider.mayOpen.countDown();
    return provider;
  }
}
