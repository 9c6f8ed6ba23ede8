package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code flanstream} command. */
@Command(
    name = "flanstream",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description = "Flan-UL2 over Kafka streams, inside Apache Flink.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed, wholly or for some lines", "2:used wrongly"})
public final class Flanstream implements Runnable {
  private static final int WIDEST_HELP = 100;

  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          RunCommand.class,
          CheckCommand.class,
          InitCommand.class,
          HistoryCommand.class,
          EnrichCommand.class,
          EvalCommand.class,
          CalibrateCommand.class,
          SqlCommand.class,
          SqlGatewayCommand.class,
          SchemaCommand.class,
          ModelCommand.class,
          PlanCommand.class,
          BenchCommand.class,
          DeadLettersCommand.class,
          TasksCommand.class,
          ClusterCommand.class,
          JobsCommand.class,
          CompletionCommand.class);

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean debug;

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command to its end, and leaves nothing open; its exit code. */
  static int run(String... arguments) {
    // Flink writes types and settings, and Kafka the names of its files, in the default's digits.
    Locale.setDefault(Locale.ROOT);
    StandardStreams.claim();
    int code = commandLine(arguments).execute(arguments);
    Cleanup.run();
    return code;
  }

  /**
   * The command with its subcommands; where arguments name one of them first, with that alone: to
   * read what all of them take is a tenth of a second before anything else.
   */
  static CommandLine commandLine(String... arguments) {
    Flanstream root = new Flanstream();
    CommandLine commandLine = new CommandLine(root);
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
            .toList();
    (named.isEmpty() ? COMMANDS : named).forEach(commandLine::addSubcommand);
    commandLine.registerConverter(HostPort.class, HostPort::parse);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(Math.min(WIDEST_HELP, Style.columns()));
    commandLine.setOut(StandardStreams.writer());
    commandLine.setErr(StandardStreams.errorWriter());
    commandLine.setExecutionStrategy(Flanstream::execute);
    commandLine.setExecutionExceptionHandler(new FailureHandler(() -> root.debug));
    return commandLine;
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  private static int execute(ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    try {
      FileSystemPlugins.load(System.getenv());
    } catch (CommandException e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
    }
    return new RunLast().execute(parsed);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Words for the shell's completion. */
  static String completion() {
    return AutoComplete.bash("flanstream", commandLine());
  }
}
