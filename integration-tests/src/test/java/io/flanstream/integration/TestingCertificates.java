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
    made.keytool(AUTHORITY, "-exportcert", "-rfc", "-file", made.pem().toString());
    made.trust(made.trustStore());
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
    String request = directory.resolve(name + ".csr").toString();
    String signed = directory.resolve(name + ".pem").toString();
    keyPair(name);
    keytool(name, "-certreq", "-file", request);
    keytool(
        AUTHORITY,
        "-gencert",
        "-rfc",
        "-ext",
        "san=ip:127.0.0.1",
        "-infile",
        request,
        "-outfile",
        signed);
    trust(store(name));
    keytool(name, "-importcert", "-file", signed);
    return store(name);
  }

  private void keyPair(String name, String... more) throws IOException, InterruptedException {
    List<String> options =
        new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-dname", name(name)));
    options.addAll(List.of(more));
    keytool(name, options.toArray(String[]::new));
  }

  /** Two authorities are not to be taken for each other. */
  private String name(String name) {
    return "CN=%s, O=%s".formatted(name, directory.getFileName());
  }

  private void trust(Path store) throws IOException, InterruptedException {
    keytool(
        store, AUTHORITY, "-importcert", "-noprompt", "-trustcacerts", "-file", pem().toString());
  }

  private void keytool(String name, String... options) throws IOException, InterruptedException {
    keytool(store(name), name, options);
  }

  private void keytool(Path store, String alias, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(KEYTOOL.toString()));
    TestingJvm.options().forEach(option -> command.add("-J" + option));
    command.addAll(ROUNDS);
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-alias",
            alias,
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            password));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private Path store(String name) {
    return directory.resolve(name + ".p12");
  }
}
