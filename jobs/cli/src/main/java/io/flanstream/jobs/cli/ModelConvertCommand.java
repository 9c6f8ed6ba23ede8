package io.flanstream.jobs.cli;

import io.flanstream.jobs.hub.ConversionProgress;
import io.flanstream.jobs.hub.PullProgress;
import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.model.convert.ConversionListener;
import io.flanstream.model.convert.ConvertedDirectory;
import io.flanstream.model.convert.ConvertedFile;
import io.flanstream.model.convert.WeightConversion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream model convert}. */
@Command(
    name = "convert",
    description = {
      "Convert pickled weights (pytorch_model*.bin, adapter_model.bin) to safetensors.",
      "No pickle is run: a reader of its own takes what the weights of a model need and refuses"
          + " everything else, before it writes. The tensors stay as they are, bit by bit; of"
          + " names that share one tensor, one is written.",
      "What is interrupted goes on behind the last complete file with the same command."
    })
final class ModelConvertCommand implements Runnable {
  @Parameters(
      paramLabel = "SOURCE",
      description = "Directory of a checkpoint or an adapter, or one file of weights.")
  private Path source;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description =
          "A new directory, which gets the checkpoint's other files, too (default: beside the"
              + " pickled files).")
  private Optional<Path> directory;

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      defaultValue = "5GB",
      description = "Most bytes of one safetensors file (default: ${DEFAULT-VALUE}).")
  private String maxShardSize;

  @Override
  public void run() {
    WeightConversion conversion = WeightConversion.plan(source, maxShardBytes());
    Path to = directory.orElse(conversion.directory());
    List<ConvertedFile> files;
    try (PullProgress progress = PullProgress.start(StandardStreams.errorWriter())) {
      Cleanup.register(() -> leave(conversion, to));
      files = convert(conversion, new ConversionProgress(progress));
    }
    PrintWriter out = StandardStreams.writer();
    out.println(
        "%s has %s: %s, from %s"
            .formatted(
                to,
                count(files.size(), "safetensors file"),
                ByteCount.of(files.stream().mapToLong(ConvertedFile::size).sum()),
                count(conversion.sources().size(), "pickled file")));
    conversion.aliases().forEach((alias, of) -> out.println("  %s is %s".formatted(alias, of)));
    if (Files.isDirectory(source) && ConvertedDirectory.makeTokenizer(to)) {
      out.println("  tokenizer.json was made of spiece.model");
    }
    out.flush();
  }

  private List<ConvertedFile> convert(WeightConversion conversion, ConversionListener listener) {
    return directory
        .map(
            to ->
                ConvertedDirectory.create(
                    conversion,
                    Files.isDirectory(source) ? source : conversion.directory(),
                    to,
                    listener))
        .orElseGet(() -> conversion.into(conversion.directory(), listener));
  }

  private long maxShardBytes() {
    double bytes;
    try {
      bytes = ByteCount.parse(maxShardSize);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
    if (bytes < 1) {
      throw CommandException.usage(
          "Cannot convert %s: --max-shard-size must be at least one byte, got %s"
              .formatted(source, maxShardSize));
    }
    return (long) bytes;
  }

  /** Half a file is of no use; whole ones are, to the next run. */
  private void leave(WeightConversion conversion, Path to) throws IOException {
    if (Cleanup.isInterrupted()) {
      conversion.abandon();
      PrintWriter err = StandardStreams.errorWriter();
      if (Style.isErrorTerminal()) {
        err.println();
      }
      err.println(
          "flanstream: complete files are kept in %s: the same command goes on from there"
              .formatted(directory.isPresent() ? ConvertedDirectory.partial(to) : to));
    }
  }

  static String count(int count, String what) {
    return count == 1 ? "one " + what : "%s %ss".formatted(count, what);
  }
}
