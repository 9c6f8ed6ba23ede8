package io.flanstream.model.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.pickle.PickleException;
import io.flanstream.model.pickle.PickledFiles;
import io.flanstream.model.pickle.TestingTorchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightConversionTest {
  private static final long GIB = 1L << 30;
  private static final Path FLAN_UL2 = PickledFiles.GOLDEN.resolve("flan-ul2");
  private static final Map<String, String> DTYPES =
      Stream.of(
              "float64 F64,float32 F32,bfloat16 BF16,float16 F16,int64 I64,int32 I32,int16 I16,"
                  + "int8 I8,uint8 U8,bool BOOL")
          .flatMap(names -> Stream.of(names.split(",")))
          .map(name -> name.split(" "))
          .collect(Collectors.toMap(name -> name[0], name -> name[1]));

  @TempDir private Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"archive.bin", "stream.bin", "archive-protocol-4.bin"})
  void everyTensorEqualsWhatTorchLoads(String name) throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(PickledFiles.FORMS.resolve("expected.json").toFile());

    WeightConversion conversion = plan(PickledFiles.FORMS.resolve(name));
    List<ConvertedFile> files = conversion.into(temporary, ConversionListener.NONE);

    String stem = name.replace(".bin", "");
    assertThat(files).extracting(ConvertedFile::name).containsExactly(stem + ".safetensors");
    assertThat(names(temporary))
        .containsExactlyInAnyOrder(stem + ".safetensors", "flanstream-convert.json");
    SafetensorsContent content = SafetensorsContent.read(temporary.resolve(stem + ".safetensors"));
    assertThat(content.metadata())
        .isEqualTo(
            Map.of(
                "format", "pt",
                "view.same", "view.base",
                "view.also-transposed", "view.transposed"));
    Map<String, SafetensorsContent.Content> tensors = new TreeMap<>(content.tensors());
    content
        .metadata()
        .forEach((alias, of) -> tensors.computeIfAbsent(alias, unused -> tensors.get(of)));
    tensors.values().removeIf(Objects::isNull);
    Map<String, SafetensorsContent.Content> torch = new TreeMap<>();
    for (Map.Entry<String, JsonNode> tensor : expected.get("tensors").properties()) {
      JsonNode value = tensor.getValue();
      torch.put(
          tensor.getKey(),
          new SafetensorsContent.Content(
              DTYPES.get(value.get("dtype").textValue()),
              value.get("shape").toString(),
              value.get("sha256").textValue()));
    }
    assertThat(tensors).isEqualTo(torch).hasSizeGreaterThan(20);
    assertThat(files.get(0).sha256())
        .isEqualTo(Sha256.hex(Files.readAllBytes(temporary.resolve(stem + ".safetensors"))));
    assertThat(files.get(0).size()).isEqualTo(conversion.bytes());
  }

  @Test
  void shardsKeepTheirTensorsAndGetAnIndex() throws IOException {
    List<ConvertedFile> files = plan(FLAN_UL2).into(temporary, ConversionListener.NONE);

    assertThat(files).hasSize(9);
    assertThat(files.get(0).name()).isEqualTo("model-00001-of-00008.safetensors");
    JsonNode index =
        new ObjectMapper().readTree(temporary.resolve("model.safetensors.index.json").toFile());
    JsonNode pickled =
        new ObjectMapper().readTree(FLAN_UL2.resolve("pytorch_model.bin.index.json").toFile());
    assertThat(index.get("weight_map")).hasSize(744);
    for (Map.Entry<String, JsonNode> entry : pickled.get("weight_map").properties()) {
      assertThat(index.get("weight_map").get(entry.getKey()).textValue())
          .isEqualTo(
              entry.getValue().textValue().replace("pytorch_", "").replace(".bin", ".safetensors"));
    }
    assertThat(index.at("/metadata/total_size")).isEqualTo(pickled.at("/metadata/total_size"));
  }

  @Test
  void aLargeFileIsCutIntoShards() throws IOException {
    Path source = PickledFiles.GOLDEN.resolve("t5-v1_1-small");
    WeightConversion whole = plan(source);
    WeightConversion cut = WeightConversion.plan(source, 50_000);
    whole.into(temporary.resolve("whole"), ConversionListener.NONE);

    List<ConvertedFile> files = cut.into(temporary.resolve("cut"), ConversionListener.NONE);

    assertThat(files).hasSizeBetween(4, 6);
    assertThat(cut.aliases())
        .isEqualTo(
            Map.of(
                "encoder.embed_tokens.weight", "shared.weight",
                "decoder.embed_tokens.weight", "shared.weight"));
    Map<String, SafetensorsContent.Content> tensors = new TreeMap<>();
    for (ConvertedFile file : files.subList(0, files.size() - 1)) {
      assertThat(file.size()).isLessThan(60_000);
      tensors.putAll(
          SafetensorsContent.read(temporary.resolve("cut").resolve(file.name())).tensors());
    }
    assertThat(tensors)
        .isEqualTo(SafetensorsContent.read(temporary.resolve("whole/model.safetensors")).tensors());
  }

  @Test
  void whatWasCutGoesOnBehindTheLastWholeFile() throws IOException {
    plan(FLAN_UL2).into(temporary.resolve("whole"), ConversionListener.NONE);
    Path target = temporary.resolve("cut");
    assertThatThrownBy(() -> plan(FLAN_UL2).into(target, new EndsAfter(65_000)))
        .hasMessage("ended");
    Set<String> left = new TreeSet<>(names(target));
    assertThat(left)
        .containsExactly(
            "flanstream-convert.json.partial",
            "model-00001-of-00008.safetensors",
            "model-00002-of-00008.safetensors",
            "model-00003-of-00008.safetensors");
    Object first =
        Files.readAttributes(target.resolve("model-00001-of-00008.safetensors"), "*")
            .get("fileKey");

    List<ConvertedFile> files = plan(FLAN_UL2).into(target, ConversionListener.NONE);

    assertThat(Files.readAttributes(target.resolve("model-00001-of-00008.safetensors"), "*"))
        .as("not written again")
        .containsEntry("fileKey", first);
    assertThat(names(target)).isEqualTo(names(temporary.resolve("whole")));
    for (ConvertedFile file : files) {
      assertThat(target.resolve(file.name()))
          .hasSameBinaryContentAs(temporary.resolve("whole").resolve(file.name()));
    }
    assertThat(plan(FLAN_UL2).into(target, new EndsAfter(0))).as("nothing to do").hasSize(9);
  }

  @Test
  void anUnfinishedConversionOfOtherWeightsIsForgotten() throws IOException {
    Path source = Files.createDirectory(temporary.resolve("source"));
    for (Path file : PickledFiles.in(FLAN_UL2)) {
      Files.copy(file, source.resolve(file.getFileName()));
    }
    Path index = FLAN_UL2.resolve("pytorch_model.bin.index.json");
    Files.copy(index, source.resolve(index.getFileName()));
    assertThatThrownBy(() -> plan(source).into(source, new EndsAfter(65_000))).hasMessage("ended");
    Files.copy(PickledFiles.FORMS.resolve("archive.bin"), source.resolve("pytorch_model.bin"));

    plan(source).into(source, ConversionListener.NONE);

    assertThat(names(source))
        .contains("model.safetensors", "flanstream-convert.json")
        .noneMatch(name -> name.matches("model-.*|.*(partial|lock|new)"));
  }

  @Test
  void aRefusedPickleLeavesNothing() throws IOException {
    for (Path file : PickledFiles.in(PickledFiles.REFUSED)) {
      assertThatThrownBy(() -> plan(file)).isInstanceOf(PickleException.class);
    }
    Path source = Files.createDirectory(temporary.resolve("source"));
    for (Path file : PickledFiles.in(FLAN_UL2)) {
      Files.copy(file, source.resolve(file.getFileName()));
    }
    Path index = FLAN_UL2.resolve("pytorch_model.bin.index.json");
    Files.copy(index, source.resolve(index.getFileName()));
    Path last = source.resolve("pytorch_model-00008-of-00008.bin");
    Files.delete(last);
    Files.copy(PickledFiles.REFUSED.resolve("os-system.bin"), last);
    List<String> before = names(source);

    assertThatThrownBy(() -> plan(source).into(source, ConversionListener.NONE))
        .isInstanceOf(PickleException.class)
        .hasMessageEndingWith("got posix.system");

    assertThat(names(source)).isEqualTo(before);
    assertThat(Path.of("ran-code")).doesNotExist();
  }

  @Test
  void otherWeightsAreNotOverwritten() throws IOException {
    Files.createFile(temporary.resolve("archive.safetensors"));
    assertThatThrownBy(
            () ->
                plan(PickledFiles.FORMS.resolve("archive.bin"))
                    .into(temporary, ConversionListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot convert %s: %s must have no safetensors yet, got archive.safetensors",
            PickledFiles.FORMS.resolve("archive.bin"), temporary);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | weight_map in pytorch_model.bin.index.json must name a shard, got none",
        "[ | pytorch_model.bin.index.json must be a readable JSON object",
        "{\"weight_map\": {\"a\": \"../a.bin\"}} | shards in pytorch_model.bin.index.json must be"
            + " .bin files beside it, got ../a.bin",
        "{\"weight_map\": {\"a\": \"a.bin\", \"b\": \"b.bin\"}} | it must have every shard that"
            + " pytorch_model.bin.index.json names, a.bin, b.bin is missing",
        "{\"weight_map\": {\"a\": \"archive.bin\"}} | tensor a must be in archive.bin as"
            + " pytorch_model.bin.index.json says, it is not there",
      })
  void anIndexAndItsFilesAgree(String index, String said) throws IOException {
    Files.writeString(temporary.resolve("pytorch_model.bin.index.json"), index);
    Files.copy(PickledFiles.FORMS.resolve("archive.bin"), temporary.resolve("archive.bin"));
    assertThatThrownBy(() -> plan(temporary))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot convert %s: %s", temporary, said);
  }

  @Test
  void aDirectoryWithoutWeightsIsSaid() {
    assertThatThrownBy(() -> plan(temporary))
        .hasMessage(
            "Cannot convert %s: it must be a file of pickled weights, or a directory with"
                + " pytorch_model.bin, pytorch_model.bin.index.json or adapter_model.bin",
            temporary);
  }

  @Test
  void aDiskThatIsTooSmallIsSaidBefore() throws IOException {
    Path file = temporary.resolve("pytorch_model.bin");
    long elements = 4000 * GIB;
    new TestingTorchFile(elements, true).tensor("a", 0, List.of(elements), List.of(1L)).write(file);
    assertThatThrownBy(() -> plan(file).into(temporary, ConversionListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching("Cannot convert \\S+: \\S+ must have \\d{13} bytes free, got \\d+");
    assertThat(names(temporary)).containsExactly("pytorch_model.bin");
  }

  /** Archives of more than 4 GiB have ZIP64; both forms have tensors behind 44 GB. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tensorsLieAnywhereInALargeFile(boolean archive) throws IOException {
    Path file = temporary.resolve("pytorch_model.bin");
    long elements = 22 * GIB;
    long position =
        new TestingTorchFile(elements, archive)
            .tensor("first", 0, List.of(2L, 3L), List.of(3L, 1L))
            .tensor("last", elements - 6, List.of(3L, 2L), List.of(1L, 3L))
            .tensor("far apart", 5, List.of(2L), List.of(elements - 6))
            .write(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes(1, 12)), position);
      channel.write(ByteBuffer.wrap(bytes(21, 12)), position + 2 * (elements - 6));
    }

    plan(file).into(temporary, ConversionListener.NONE);

    Map<String, SafetensorsContent.Content> tensors =
        SafetensorsContent.read(temporary.resolve("model.safetensors")).tensors();
    assertThat(tensors.get("first").sha256()).isEqualTo(Sha256.hex(bytes(1, 12)));
    assertThat(tensors.get("last").sha256())
        .isEqualTo(Sha256.hex(new byte[] {21, 22, 27, 28, 23, 24, 29, 30, 25, 26, 31, 32}));
    assertThat(tensors.get("far apart").sha256())
        .isEqualTo(Sha256.hex(new byte[] {11, 12, 31, 32}));
  }

  /** Tensors of a megabyte and more go another way than small ones, and may be between them. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeAndSmallTensorsKeepTheirPlaces(boolean archive) throws IOException {
    Path file = temporary.resolve("pytorch_model.bin");
    long elements = 21_053_585;
    long position =
        new TestingTorchFile(elements, archive)
            .tensor("a", 0, List.of(3L), List.of(1L))
            .tensor("b", 3, List.of(5_000L, 1_001L), List.of(1_001L, 1L))
            .tensor("c", 5_005_003, List.of(7L), List.of(1L))
            .tensor("d", 5_005_010, List.of(15_000_000L), List.of(1L))
            .tensor("e", 20_005_010, List.of(524_288L), List.of(1L))
            .tensor("f", 20_529_298, List.of(524_287L), List.of(1L))
            .write(file);
    byte[] random = new byte[2 * (int) elements];
    new Random(7).nextBytes(random);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(random), position);
    }
    List<Long> parts = new ArrayList<>();
    List<ConvertedFile> files =
        plan(file)
            .into(
                temporary,
                new EndsAfter(Long.MAX_VALUE) {
                  @Override
                  public void converted(long bytes) {
                    parts.add(bytes);
                  }
                });

    Path written = temporary.resolve("model.safetensors");
    Map<String, SafetensorsContent.Content> tensors = SafetensorsContent.read(written).tensors();
    int[] ends = {3, 5_005_003, 5_005_010, 20_005_010, 20_529_298, 21_053_585};
    int from = 0;
    for (int i = 0; i < ends.length; i++) {
      assertThat(tensors.get("abcdef".substring(i, i + 1)).sha256())
          .isEqualTo(Sha256.hex(Arrays.copyOfRange(random, 2 * from, 2 * ends[i])));
      from = ends[i];
    }
    assertThat(files.get(0).sha256()).isEqualTo(Sha256.hex(Files.readAllBytes(written)));
    assertThat(parts.stream().mapToLong(Long::longValue).sum()).isEqualTo(Files.size(written));
  }

  @Test
  void oneConversionAtATime() throws IOException {
    WeightConversion second = plan(FLAN_UL2);
    ConversionListener asksAgain =
        new EndsAfter(Long.MAX_VALUE) {
          @Override
          public void expected(long bytes) {
            assertThatThrownBy(() -> second.into(temporary, ConversionListener.NONE))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                    "Cannot convert %s: another process is converting into %s",
                    FLAN_UL2, temporary);
          }
        };
    assertThat(plan(FLAN_UL2).into(temporary, asksAgain)).hasSize(9);
  }

  private static WeightConversion plan(Path source) {
    return WeightConversion.plan(source, WeightConversion.DEFAULT_SHARD_BYTES);
  }

  private static byte[] bytes(int from, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Fails after so many bytes. */
  private static class EndsAfter implements ConversionListener {
    private long left;

    EndsAfter(long bytes) {
      this.left = bytes;
    }

    @Override
    public void expected(long bytes) {}

    @Override
    public void kept(long bytes) {}

    @Override
    public void converted(long bytes) {
      left -= bytes;
      if (left < 0) {
        throw new IllegalStateException("ended");
      }
    }
  }
}
