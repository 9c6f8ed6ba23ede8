package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Free memory from the files that a kernel shows a process in a container. */
class ControlGroupTest {
  private static final String UNLIMITED = "9223372036854771712";

  @TempDir private Path root;

  @BeforeEach
  void mountNothing() throws IOException {
    write("proc/self/cgroup", "0::/\n");
  }

  @Test
  void noGroupIsNoLimit() {
    assertThat(ControlGroup.freeBytes(root)).isEmpty();
    assertThat(ControlGroup.freeBytes(root.resolve("nowhere"))).isEmpty();
  }

  @Test
  void versionTwoTakesTheTightestOfAllGroupsAbove() throws IOException {
    write("proc/self/cgroup", "0::/kubepods/pod7/model\n");
    write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    groupTwo("kubepods", "5000", 1000, 0);
    groupTwo("kubepods/pod7", "4000", 3500, 300);
    groupTwo("kubepods/pod7/model", "max", 200, 0);
    assertThat(ControlGroup.freeBytes(root)).hasValue(800);
    groupTwo("kubepods/pod7/model", "900", 200, 50);
    assertThat(ControlGroup.freeBytes(root)).hasValue(750);
    groupTwo("kubepods/pod7/model", "100", 200, 0);
    assertThat(ControlGroup.freeBytes(root)).hasValue(0);
  }

  @Test
  void versionTwoInANamespaceOfItsOwn() throws IOException {
    write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    groupTwo(".", "3000000000", 1000000000, 250000000);
    assertThat(ControlGroup.freeBytes(root)).hasValue(2250000000L);
  }

  @Test
  void versionOneIsFoundWhereItsGroupIsMountedAsTheRoot() throws IOException {
    write("proc/self/cgroup", "5:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n0::/\n");
    groupOne(".", "2000", 1500, 400);
    assertThat(ControlGroup.freeBytes(root)).hasValue(900);
    groupOne("docker/1f", "1700", 1500, 0);
    assertThat(ControlGroup.freeBytes(root)).hasValue(200);
  }

  @Test
  void versionOneWithoutALimitIsNone() throws IOException {
    write("proc/self/cgroup", "4:memory:/\n");
    groupOne(".", UNLIMITED, 1500, 400);
    assertThat(ControlGroup.freeBytes(root)).isEmpty();
  }

  private void groupTwo(String name, String limit, long usage, long filePages) throws IOException {
    String group = "sys/fs/cgroup/" + name;
    write(group + "/memory.max", limit + "\n");
    write(group + "/memory.current", usage + "\n");
    write(
        group + "/memory.stat",
        "anon 7\nactive_file 10\ninactive_file %s\nshmem 3\n"
            .formatted(Math.max(0, filePages - 10)));
    if (filePages == 0) {
      write(group + "/memory.stat", "anon 7\n");
    }
  }

  private void groupOne(String name, String limit, long usage, long filePages) throws IOException {
    String group = "sys/fs/cgroup/memory/" + name;
    write(group + "/memory.limit_in_bytes", limit + "\n");
    write(group + "/memory.usage_in_bytes", usage + "\n");
    write(
        group + "/memory.stat",
        "active_file 1\ntotal_active_file 0\ntotal_inactive_file %s\n".formatted(filePages));
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name).normalize();
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
