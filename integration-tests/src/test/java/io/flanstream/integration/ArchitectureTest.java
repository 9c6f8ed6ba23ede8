package io.flanstream.integration;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module and package may know which. There is no list of exceptions. */
@AnalyzeClasses(
    packages = "io.flanstream",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.flanstream.";
  private static final String SCHEMAS = ROOT + "schemas..";
  private static final String MODEL = ROOT + "model..";
  private static final String OPERATORS = ROOT + "operators..";
  private static final String JOBS = ROOT + "jobs..";

  private static final String FLINK_ROOM = ROOT + "model.flink..";
  private static final String TASK_ROOM = ROOT + "model.task..";
  private static final String CALLERS_ROOM = ROOT + "model";
  private static final String BATCH_ROOM = ROOT + "model.batch..";
  private static final String DECODE_ROOM = ROOT + "model.decode..";
  private static final String DEVICE_ROOM = ROOT + "model.device..";
  private static final String CHECKPOINT_ROOM = ROOT + "model.checkpoint..";
  private static final String DJL_ROOM = ROOT + "model.djl..";

  private static final String DJL = "ai.djl..";
  private static final String FLINK = "org.apache.flink..";
  private static final String KAFKA = "org.apache.kafka..";

  @ArchTest
  static final ArchRule SCHEMAS_KNOW_AVRO_ALONE =
      classes()
          .that()
          .resideInAPackage(SCHEMAS)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(SCHEMAS, "org.apache.avro..", "java..");

  @ArchTest
  static final ArchRule THE_MODEL_KNOWS_NO_OTHER_MODULE_BUT_SCHEMAS = none(MODEL, OPERATORS, JOBS);

  @ArchTest
  static final ArchRule OPERATORS_KNOW_NO_OTHER_MODULE_BUT_SCHEMAS = none(OPERATORS, MODEL, JOBS);

  @ArchTest
  static final ArchRule KAFKA_IS_FOR_JOBS = none(OPERATORS, KAFKA);

  @ArchTest static final ArchRule THE_MODEL_KNOWS_NO_KAFKA = none(MODEL, KAFKA);

  @ArchTest
  static final ArchRule ONE_ROOM_IMPORTS_DJL =
      noClasses()
          .that()
          .resideOutsideOfPackage(DJL_ROOM)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DJL);

  @ArchTest
  static final ArchRule FLINK_STAYS_ABOVE_THE_MODEL =
      noClasses()
          .that()
          .resideInAnyPackage(
              TASK_ROOM, BATCH_ROOM, DECODE_ROOM, DEVICE_ROOM, CHECKPOINT_ROOM, DJL_ROOM)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(FLINK);

  @ArchTest
  static final ArchRule THE_MODEL_KNOWS_OF_FLINK_ONLY_ITS_OPTIONS =
      noClasses()
          .that()
          .resideInAPackage(CALLERS_ROOM)
          .should()
          .dependOnClassesThat(
              resideInAPackage(FLINK)
                  .and(
                      DescribedPredicate.not(
                          resideInAPackage("org.apache.flink.configuration.."))));

  @ArchTest
  static final ArchRule TASKS_ARE_BELOW_FLINK = none(TASK_ROOM, FLINK_ROOM);

  @ArchTest
  static final ArchRule CALLERS_ARE_BELOW_TASKS = none(CALLERS_ROOM, FLINK_ROOM, TASK_ROOM);

  @ArchTest
  static final ArchRule BATCHES_ARE_BELOW_CALLERS =
      none(BATCH_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, DJL_ROOM, CHECKPOINT_ROOM);

  @ArchTest
  static final ArchRule DECODING_IS_BELOW_BATCHES =
      none(
          DECODE_ROOM,
          FLINK_ROOM,
          TASK_ROOM,
          CALLERS_ROOM,
          BATCH_ROOM,
          DEVICE_ROOM,
          DJL_ROOM,
          CHECKPOINT_ROOM);

  @ArchTest
  static final ArchRule THE_DEVICE_IS_BELOW_BATCHES =
      none(DEVICE_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, BATCH_ROOM, DJL_ROOM, CHECKPOINT_ROOM);

  @ArchTest
  static final ArchRule CHECKPOINTS_ARE_AT_THE_BOTTOM =
      none(CHECKPOINT_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, BATCH_ROOM, DJL_ROOM);

  @ArchTest
  static final ArchRule DJL_IS_AT_THE_BOTTOM =
      none(DJL_ROOM, FLINK_ROOM, TASK_ROOM, CALLERS_ROOM, BATCH_ROOM);

  @ArchTest
  static final ArchRule CONCERNS_OF_OPERATORS_HAVE_NO_CYCLES =
      slices().matching("io.flanstream.operators.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ROOMS_OF_JOBS_HAVE_NO_CYCLES =
      slices().matching("io.flanstream.jobs.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_TOPOLOGY_KNOWS_NO_COMMAND_LINE =
      none(ROOT + "jobs.topology..", ROOT + "jobs.cli..", "picocli..");

  @ArchTest
  static final ArchRule THE_PIPELINE_FILE_KNOWS_NO_TOPOLOGY =
      none(ROOT + "jobs.pipeline..", ROOT + "jobs.topology..", ROOT + "jobs.cli..");

  private static ArchRule none(String room, String... above) {
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat(resideInAnyPackage(above));
  }
}
