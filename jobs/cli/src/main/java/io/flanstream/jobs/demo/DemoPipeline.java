package io.flanstream.jobs.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The demo's pipeline with the addresses of this run, as a file for other commands.
 *
 * @param file the file, which goes when this is closed
 * @param pipeline what is in it
 */
record DemoPipeline(Path file, Pipeline pipeline) implements AutoCloseable {

  static DemoPipeline write(DemoFiles files, String bootstrapServers) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    ObjectNode tree = (ObjectNode) yaml.readTree(files.pipeline().toFile());
    ((ObjectNode) tree.get("kafka")).put("bootstrap-servers", bootstrapServers);
    ObjectNode model = (ObjectNode) tree.get("model");
    Path directory = files.pipeline().resolveSibling(model.get("path").textValue());
    model.put("path", directory.toAbsolutePath().normalize().toString());
    Files.createDirectories(files.running().getParent());
    yaml.writeValue(files.running().toFile(), tree);
    return new DemoPipeline(files.running(), PipelineFile.read(files.running()));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
