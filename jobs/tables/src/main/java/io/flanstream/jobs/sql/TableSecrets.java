package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Secrets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogTable;

/**
 * Options that tables have and do not show. A table refers to them by a pipeline's name, with a
 * number where this process has had others under it. They are kept as long as the process is: any
 * session may have copied the reference to a table of its own.
 */
final class TableSecrets {
  private static final Map<String, Map<String, String>> KNOWN = new ConcurrentHashMap<>();

  private static final Pattern PREFIX = Pattern.compile("^([^.]+\\.)?properties\\.");

  private TableSecrets() {}

  /** The table without its secrets, which it refers to if it has any. */
  static CatalogTable hidden(CatalogTable table, String pipeline) {
    Map<String, String> secrets = new HashMap<>();
    Map<String, String> shown = new HashMap<>();
    table.getOptions().forEach((key, value) -> (isSecret(key) ? secrets : shown).put(key, value));
    if (secrets.isEmpty()) {
      return table;
    }
    shown.put(PipelineTableFactory.PIPELINE.key(), reference(pipeline, secrets));
    return table.copy(shown);
  }

  /**
   * What a reference stands for.
   *
   * @throws ValidationException if nothing
   */
  static Map<String, String> of(String reference) {
    Map<String, String> secrets = KNOWN.get(reference);
    if (secrets == null) {
      throw new ValidationException(
          "Cannot open table: '%s' must be a pipeline of this process, got '%s'"
              .formatted(PipelineTableFactory.PIPELINE.key(), reference));
    }
    return secrets;
  }

  /** A client's property has the table's prefix, or its format's. */
  private static boolean isSecret(String key) {
    return Secrets.isSecret(PREFIX.matcher(key).replaceFirst(""));
  }

  private static String reference(String pipeline, Map<String, String> secrets) {
    String reference = pipeline;
    for (int number = 2; !isKept(reference, secrets); number++) {
      reference = pipeline + "-" + number;
    }
    return reference;
  }

  private static boolean isKept(String reference, Map<String, String> secrets) {
    Map<String, String> before = KNOWN.putIfAbsent(reference, Map.copyOf(secrets));
    return before == null || before.equals(secrets);
  }
}
