package io.flanstream.integration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/** Transactions of a pipeline's sinks, as the broker sees them. */
final class TestingTransactions implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Admin admin;
  private final String prefix;

  TestingTransactions(String bootstrapServers, String pipeline) {
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    prefix = "flanstream-" + pipeline + "-enriched-";
  }

  /**
   * Waits for a moment between pre-commit and commit: a subtask writes into its next transaction
   * while the one before is still open.
   */
  void awaitPreCommitted() throws ExecutionException, InterruptedException, TimeoutException {
    // What a job left behind that was killed has to be aborted first.
    await(false);
    await(true);
  }

  /** Whether a subtask has one open transaction behind another. */
  boolean isPreCommitted() throws ExecutionException, InterruptedException {
    Map<String, Integer> open = new HashMap<>();
    for (TransactionListing listing :
        admin
            .listTransactions(
                new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
            .all()
            .get()) {
      String id = listing.transactionalId();
      if (id.startsWith(prefix)) {
        open.merge(id.substring(0, id.lastIndexOf('-')), 1, Integer::sum);
      }
    }
    return open.values().stream().anyMatch(count -> count > 1);
  }

  @Override
  public void close() {
    admin.close();
  }

  private void await(boolean preCommitted)
      throws ExecutionException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (isPreCommitted() != preCommitted) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("no moment with preCommitted=" + preCommitted);
      }
    }
  }
}
