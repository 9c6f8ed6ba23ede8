package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An authority and what it has signed, made by the JDK's keytool.
 *
 * @param directory where the files are
 * @param password what opens every key store
 */
record TestingCertificates(Path directory, String password) {
  private static final String AUTHORITY = "authority";
  private static final Path KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool");

  /** Ten thousand rounds of a hash for each store would keep whoever opens one busy for long. */
  private static final List<String> ROUNDS =
      Stream.of("certPbe", "keyPbe", "mac")
          .map("-J-Dkeystore.pkcs12.%sIterationCount=1"::formatted)
          .toList();

  /** Makes an authority. */
  static TestingCertificates create(Path directory, String password)
      throws IOException, InterruptedException {
    TestingCertificates made = new TestingCertificates(directory, password);
    made.keyPair(AUTHORITY, "-ext", "bc:c");
    made.keytool(AUTHORITY, made.store(AUTHORITY), "-exportcert", "-rfc", "-file", made.pem());
    made.keytool(AUTHORITY, made.trustStore(), "-importcert", "-noprompt", "-file", made.pem());
    return made;
  }

  /** The authority's certificate. */
  Path pem() {
    return directory.resolve("ca.pem");
  }

  /** The same, as a key store. */
  Path trustStore() {
    return store("trust");
  }

  /** A key store with a key and its certificate, which is good for 127.0.0.1. */
  Path sign(String name) throws IOException, InterruptedException {
    keyPair(name, "-ext", "san=ip:127.0.0.1", "-signer", AUTHORITY);
    List<Object> command = new ArrayList<>(List.of("-importkeystore", "-srcalias", name));
    for (String side : List.of("src", "dest")) {
      command.addAll(
          List.of("-" + side + "storetype", "PKCS12", "-" + side + "storepass", password));
    }
    command.addAll(List.of("-srckeystore", store(AUTHORITY), "-destkeystore", store(name)));
    keytool(command);
    return store(name);
  }

  /** Makes a key in the authority's store, where it can be signed. */
  private void keyPair(String name, String... more) throws IOException, InterruptedException {
    List<Object> options =
        new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-dname", name(name)));
    options.addAll(List.of(more));
    keytool(name, store(AUTHORITY), options.toArray());
  }

  /** Two authorities are not to be taken for each other. */
  private String name(String name) {
    return "CN=%s, O=%s".formatted(name, directory.getFileName());
  }

  private void keytool(String alias, Path store, Object... options)
      throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of(options));
    command.addAll(List.of("-alias", alias, "-keystore", store));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", password));
    keytool(command);
  }

  private static void keytool(List<Object> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(KEYTOOL.toString()));
    TestingJvm.options().forEach(option -> command.add("-J" + option));
    command.addAll(ROUNDS);
    options.forEach(option -> command.add(option.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private Path store(String name) {
    return directory.resolve(name + ".p12");
  }
}
