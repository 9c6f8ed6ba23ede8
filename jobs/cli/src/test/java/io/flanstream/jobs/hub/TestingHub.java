package io.flanstream.jobs.hub;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A hub with one model, and a storage host of its own for large files, as Hugging Face has them.
 * What it does wrong is queued for a file's name, {@code revision} or {@code tree}.
 */
public final class TestingHub implements AutoCloseable {
  public static final String MODEL = "owner/model";
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** Answers in place of the hub. */
  @FunctionalInterface
  public interface Answer {
    void give(HttpExchange exchange, byte[] content) throws IOException;
  }

  /** What was asked. */
  public record Request(String host, String path, String authorization, String range, long nanos) {
    boolean isFor(String name) {
      return path.endsWith("/" + name);
    }
  }

  private static final JsonMapper MAPPER = new JsonMapper();

  private final String model;
  private final HttpServer hub = server();
  private final HttpServer storage = server();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, ObjectNode> listed = new TreeMap<>();
  private final Map<String, Deque<Answer>> queued = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  TestingHub() throws IOException {
    this(MODEL);
  }

  TestingHub(String model) throws IOException {
    this.model = model;
    hub.createContext("/api/models/" + model + "/revision/", this::revision);
    hub.createContext("/api/models/" + model + "/discussions/", this::discussion);
    hub.createContext("/api/models/" + model + "/tree/" + COMMIT, this::tree);
    hub.createContext("/" + model + "/resolve/" + COMMIT + "/", this::resolve);
    storage.createContext("/blobs/", this::blob);
    for (HttpServer server : List.of(hub, storage)) {
      server.setExecutor(threads);
      server.start();
    }
  }

  public static TestingHub of(Path directory) throws IOException {
    return of(directory, MODEL);
  }

  /** The files of a directory, as a model of a name. */
  public static TestingHub of(Path directory, String model) throws IOException {
    TestingHub hub = new TestingHub(model);
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        hub.add(path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    return hub;
  }

  public String address() {
    return address(hub);
  }

  /** Adds a file; the large ones are stored elsewhere. */
  public void add(String name, byte[] content) {
    files.put(name, content);
    ObjectNode entry = MAPPER.createObjectNode().put("type", "file").put("path", name);
    entry.put("size", content.length).put("oid", gitBlob(content));
    if (isLarge(name)) {
      entry.putObject("lfs").put("oid", sha256(content)).put("size", content.length);
    }
    listed.put(name, entry);
  }

  /** Takes a file away. */
  void remove(String name) {
    files.remove(name);
    listed.remove(name);
  }

  /** Keeps a file, and lists it as another. */
  void list(String name, long size, String sha256) {
    listed.get(name).putObject("lfs").put("oid", sha256).put("size", size);
  }

  public void next(String name, Answer... answers) {
    Deque<Answer> queue = queued.computeIfAbsent(name, unused -> new ArrayDeque<>());
    synchronized (queue) {
      queue.addAll(List.of(answers));
    }
  }

  public List<Request> requests() {
    return requests;
  }

  public List<Request> requestsFor(String name) {
    return requests.stream().filter(request -> request.isFor(name)).toList();
  }

  HubFile file(String name) {
    byte[] content = files.get(name);
    Checksum checksum =
        isLarge(name)
            ? new Checksum(Checksum.Kind.SHA256, sha256(content))
            : new Checksum(Checksum.Kind.GIT_BLOB, gitBlob(content));
    return new HubFile(name, content.length, checksum);
  }

  /** Only a status, with headers in pairs. */
  public static Answer status(int status, String... headers) {
    return (exchange, content) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  /** The range that was asked for, of these bytes. */
  static void whole(HttpExchange exchange, byte[] content) throws IOException {
    part(exchange, content, from(exchange), Integer.MAX_VALUE);
  }

  /** The range that was asked for, cut after so many bytes. */
  static Answer cutAfter(int bytes) {
    return (exchange, content) -> part(exchange, content, from(exchange), bytes);
  }

  /** So many bytes of the range that was asked for; the rest is the caller's. */
  static void heldAfter(HttpExchange exchange, byte[] content, int bytes) throws IOException {
    send(exchange, content, from(exchange), bytes);
  }

  /** From the start, whatever was asked for, cut after so many bytes. */
  static Answer fromStart(int bytes) {
    return (exchange, content) -> part(exchange, content, 0, bytes);
  }

  /** The same length, with one other byte. */
  static void corrupt(HttpExchange exchange, byte[] content) throws IOException {
    byte[] other = content.clone();
    other[other.length / 2] ^= 1;
    whole(exchange, other);
  }

  private static void part(HttpExchange exchange, byte[] content, int from, int bytes)
      throws IOException {
    send(exchange, content, from, bytes);
    // Closes the connection where bytes are missing.
    exchange.close();
  }

  private static void send(HttpExchange exchange, byte[] content, int from, int bytes)
      throws IOException {
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %s-%s/%s".formatted(from, content.length - 1, content.length));
    }
    int length = content.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
    exchange.getResponseBody().write(content, from, Math.min(bytes, length));
    exchange.getResponseBody().flush();
  }

  private static int from(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
    threads.shutdownNow();
  }

  private void revision(HttpExchange exchange) throws IOException {
    String asked = exchange.getRequestURI().getRawPath();
    String known = "/api/models/%s/revision/(main|%s|refs%%2Fpr%%2F24)".formatted(model, COMMIT);
    if (asked.matches(known)) {
      answer("revision", exchange, "{\"sha\": \"%s\"}".formatted(COMMIT));
    } else {
      status(404, "X-Error-Message", "Invalid rev id").give(exchange, new byte[0]);
    }
  }

  /** Nothing unless it is queued. */
  private void discussion(HttpExchange exchange) throws IOException {
    next("discussion", status(404));
    answer("discussion", exchange, "");
  }

  /** An answer of JSON. */
  public static Answer json(String json) {
    return (exchange, unused) -> whole(exchange, json.getBytes(StandardCharsets.UTF_8));
  }

  /** A page for each file, and a link to the next as the mirrored hub would give it. */
  private void tree(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    int at = query == null ? 0 : Integer.parseInt(query.replaceAll("\\D", ""));
    ArrayNode page = MAPPER.createArrayNode();
    page.addObject().put("type", "directory").put("path", "onnx").put("oid", COMMIT);
    page.add(List.copyOf(listed.values()).get(at));
    if (at + 1 < listed.size()) {
      exchange
          .getResponseHeaders()
          .add("Link", "<https://mirrored.invalid/api?cursor=%s>; rel=\"next\"".formatted(at + 1));
    }
    answer("tree", exchange, page.toString());
  }

  private void resolve(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().replaceAll(".*/", "");
    if (!isLarge(name)) {
      answer(name, exchange, files.get(name));
      return;
    }
    record(exchange);
    exchange
        .getResponseHeaders()
        .add("X-Linked-ETag", '"' + listed.get(name).at("/lfs/oid").asText() + '"');
    exchange
        .getResponseHeaders()
        .add("Location", address(storage) + "/blobs/" + name + "?signature=secret");
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void blob(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().replaceAll(".*/", "");
    answer(name, exchange, files.get(name));
  }

  private void answer(String name, HttpExchange exchange, String json) throws IOException {
    answer(name, exchange, json.getBytes(StandardCharsets.UTF_8));
  }

  private void answer(String name, HttpExchange exchange, byte[] content) throws IOException {
    record(exchange);
    Answer answer = null;
    Deque<Answer> queue = queued.getOrDefault(name, new ArrayDeque<>());
    synchronized (queue) {
      answer = queue.poll();
    }
    if (answer == null) {
      whole(exchange, content);
    } else {
      answer.give(exchange, content);
    }
  }

  private void record(HttpExchange exchange) {
    requests.add(
        new Request(
            exchange.getLocalAddress().getPort() == hub.getAddress().getPort() ? "hub" : "storage",
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().getFirst("Authorization"),
            exchange.getRequestHeaders().getFirst("Range"),
            System.nanoTime()));
  }

  static boolean isLarge(String name) {
    return name.matches(".*\\.(safetensors|bin|model)");
  }

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  private static String gitBlob(byte[] content) {
    byte[] header = "blob %s\0".formatted(content.length).getBytes(StandardCharsets.US_ASCII);
    byte[] blob = new byte[header.length + content.length];
    System.arraycopy(header, 0, blob, 0, header.length);
    System.arraycopy(content, 0, blob, header.length, content.length);
    return hash("SHA-1", blob);
  }

  private static String hash(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
