package io.flanstream.integration;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Which module and package may know which. There is no list of exceptions. */
class ArchitectureTest {
  private static final List<String> MODULES =
      List.of(
          "schemas",
          "model-operator/runtime",
          "model-operator/tasks",
          "model-operator/flink",
          "operators",
          "jobs/client",
          "jobs/enrichment",
          "jobs/local",
          "jobs/tables",
          "jobs/evaluation",
          "jobs/cli");
  private static final String ROOT = "io.flanstream.";
  private static final String SCHEMAS = ROOT + "schemas..";
  private static final String MODEL = ROOT + "model..";
  private static final String OPERATORS = ROOT + "operators..";
  private static final String JOBS = ROOT + "jobs..";

  private static final String FLINK_ROOM = ROOT + "model.flink..";
  private static final String CACHE_ROOM = ROOT + "model.cache..";
  private static final String CRASH_ROOM = ROOT + "model.crash..";
  private static final String TASK_ROOM = ROOT + "model.task..";
  private static final String CALLERS_ROOM = ROOT + "model";
  private static final String BATCH_ROOM = ROOT + "model.batch..";
  private static final String DECODE_ROOM = ROOT + "model.decode..";
  private static final String DEVICE_ROOM = ROOT + "model.device..";
  private static final String CHECKPOINT_ROOM = ROOT + "model.checkpoint..";
  private static final String PICKLE_ROOM = ROOT + "model.pickle..";
  private static final String CONVERT_ROOM = ROOT + "model.convert..";
  private static final String FUTURE_ROOM = ROOT + "model.future..";
  private static final String DJL_ROOM = ROOT + "model.djl..";

  private static final String DJL = "ai.djl..";
  private static final String FLINK = "org.apache.flink..";
  private static final String KAFKA = "org.apache.kafka..";

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    Path root = Path.of(System.getProperty("flanstream.root"));
    // The rules are about packages: what our classes name need not be read.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    JavaClasses classes =
        new ClassFileImporter()
            .importPaths(
                MODULES.stream().map(module -> root.resolve(module + "/target/classes")).toList());
    assertThat(classes.size()).isGreaterThan(100);
    return rules().entrySet().stream()
        .map(rule -> dynamicTest(rule.getKey(), () -> rule.getValue().check(classes)));
  }

  private static Map<String, ArchRule> rules() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put(
        "schemas know avro alone",
        classes()
            .that()
            .resideInAPackage(SCHEMAS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(SCHEMAS, "org.apache.avro..", "java.."));
    rules.put("the model knows no other module but schemas", none(MODEL, OPERATORS, JOBS));
    rules.put("operators know no other module but schemas", none(OPERATORS, MODEL, JOBS));
    rules.put("kafka is for jobs", none(OPERATORS, KAFKA));
    rules.put("the model knows no kafka", none(MODEL, KAFKA));
    rules.put(
        "futures know the JDK alone",
        classes()
            .that()
            .resideInAPackage(FUTURE_ROOM)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(FUTURE_ROOM, "java.."));
    rules.put(
        "one room imports djl",
        noClasses()
            .that()
            .resideOutsideOfPackage(DJL_ROOM)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(DJL));
    rules.put(
        "flink stays above the model",
        noClasses()
            .that()
            .resideInAnyPackage(
                CRASH_ROOM,
                CACHE_ROOM,
                TASK_ROOM,
                CALLERS_ROOM,
                PICKLE_ROOM,
                CONVERT_ROOM,
                BATCH_ROOM,
                DECODE_ROOM,
                DEVICE_ROOM,
                CHECKPOINT_ROOM,
                DJL_ROOM)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(FLINK));
    rules.put(
        "the crash journal knows nothing of models",
        none(CRASH_ROOM, FLINK_ROOM, CACHE_ROOM, TASK_ROOM, CALLERS_ROOM, BATCH_ROOM));
    rules.put("the cache is below flink", none(CACHE_ROOM, FLINK_ROOM));
    rules.put("tasks are below flink and the cache", none(TASK_ROOM, FLINK_ROOM, CACHE_ROOM));
    rules.put("callers are below tasks", none(CALLERS_ROOM, FLINK_ROOM, CACHE_ROOM, TASK_ROOM));
    rules.put(
        "batches are below callers",
        none(BATCH_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, DJL_ROOM, CHECKPOINT_ROOM));
    rules.put(
        "decoding is below batches",
        none(
            DECODE_ROOM,
            FLINK_ROOM,
            TASK_ROOM,
            CALLERS_ROOM,
            BATCH_ROOM,
            DEVICE_ROOM,
            DJL_ROOM,
            CHECKPOINT_ROOM));
    rules.put(
        "the device is below batches",
        none(
            DEVICE_ROOM,
            FLINK_ROOM,
            TASK_ROOM,
            CALLERS_ROOM,
            BATCH_ROOM,
            DJL_ROOM,
            CHECKPOINT_ROOM));
    rules.put(
        "checkpoints are at the bottom",
        none(CHECKPOINT_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, BATCH_ROOM, DJL_ROOM));
    rules.put(
        "the reader of pickles knows the JDK alone, and no reflection",
        classes()
            .that()
            .resideInAPackage(PICKLE_ROOM)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                PICKLE_ROOM,
                "java.lang",
                "java.io",
                "java.math",
                "java.nio..",
                "java.util",
                "java.util.function",
                "java.util.stream"));
    rules.put(
        "conversion knows checkpoints and pickles",
        none(
            CONVERT_ROOM,
            FLINK_ROOM,
            TASK_ROOM,
            CALLERS_ROOM,
            BATCH_ROOM,
            DEVICE_ROOM,
            DJL_ROOM,
            FLINK));
    rules.put("checkpoints do not convert", none(CHECKPOINT_ROOM, CONVERT_ROOM));
    rules.put(
        "djl is at the bottom", none(DJL_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, BATCH_ROOM));
    rules.put(
        "concerns of operators have no cycles",
        slices().matching("io.flanstream.operators.(*)..").should().beFreeOfCycles());
    rules.put(
        "packages have no cycles",
        slices().matching("io.flanstream.(**)").should().beFreeOfCycles());
    rules.put(
        "rooms of jobs have no cycles",
        slices().matching("io.flanstream.jobs.(*)..").should().beFreeOfCycles());
    rules.put(
        "the topology knows no command line",
        none(ROOT + "jobs.topology..", ROOT + "jobs.cli..", "picocli.."));
    rules.put(
        "the pipeline file knows no topology",
        none(ROOT + "jobs.pipeline..", ROOT + "jobs.topology..", ROOT + "jobs.cli.."));
    return rules;
  }

  private static ArchRule none(String room, String... above) {
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat(resideInAnyPackage(above));
  }
}
