package io.flanstream.jobs.client;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where what is installed lies: in a checkout that was built, or in a distribution that was
 * unpacked.
 *
 * @param home the checkout, or the distribution's directory
 */
public record Installation(Path home) {

  /** That of this process. */
  public static Installation current() {
    return new Installation(Path.of(System.getProperty("flanstream.home", ".")));
  }

  private boolean isCheckout() {
    return Files.exists(home.resolve("pom.xml"));
  }

  /** Settings of JVMs and logs. */
  public Path configuration() {
    return home.resolve(isCheckout() ? "deploy/conf" : "conf");
  }

  /** The demo's messages and its pipeline. */
  public Path demo() {
    return home.resolve(isCheckout() ? "deploy/demo" : "demo");
  }

  /** The file that names the command line's jars, relative to its directory. */
  public Path classPath() {
    return home.resolve(isCheckout() ? "jobs/cli/target/class-path" : "class-path");
  }

  /** What the command is called here, as one types it. */
  public String command() {
    return isCheckout() ? "deploy/bin/flanstream" : "bin/flanstream";
  }

  /** Where commands leave files of their own, such as the local cluster's. */
  public Path work() {
    String work = System.getProperty("flanstream.work");
    return work == null ? home.resolve("target") : Path.of(work);
  }
}
