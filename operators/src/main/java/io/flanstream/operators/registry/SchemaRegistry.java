package io.flanstream.operators.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * A client of a schema registry that speaks Confluent's REST API, as Confluent's own, Apicurio,
 * Karapace and Redpanda do.
 *
 * <p>A registry that is away, refuses or answers nonsense is asked again, with longer and longer
 * pauses, and given up with a {@link RegistryException}. One thread at a time.
 */
public final class SchemaRegistry {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String AVRO = "AVRO";
  private static final String PROTOBUF = "PROTOBUF";
  private static final String JAVA_STRING = "avro.java.string";

  private final RegistryHttp http;
  private final SchemaCache<Schema> cache = new SchemaCache<>();
  private final SchemaCache<ProtobufSource> protobufs = new SchemaCache<>();

  /**
   * Opens a client; nothing is asked yet.
   *
   * @param access where the registry is, and as whom it is asked
   */
  public SchemaRegistry(RegistryAccess access) {
    this.http = new RegistryHttp(access);
  }

  /**
   * Asks for something that every registry has.
   *
   * @throws RegistryException if it does not answer, or is no registry
   */
  public void reach() {
    http.get("/schemas/types");
  }

  /**
   * The schema of an id, with those that it refers to. It is asked for once; that an id is unknown
   * is forgotten after some seconds.
   *
   * @param id an id
   * @return its schema
   * @throws UnknownSchemaException if the registry has none of that id, or one that is not Avro
   * @throws RegistryException if the registry is away
   */
  public Schema schema(int id) throws UnknownSchemaException {
    return cache.get("/schemas/ids/" + id, this::fetched);
  }

  /**
   * The schema that a header names, in the same way.
   *
   * @param header a header
   * @return its schema
   * @throws UnknownSchemaException if the registry has none of that id, or one that is not Avro
   * @throws RegistryException if the registry is away
   */
  public Schema schema(SchemaHeader header) throws UnknownSchemaException {
    return cache.get(header.path(), this::fetched);
  }

  /**
   * The {@code .proto} file of an id, with those that it refers to, in the same way.
   *
   * @param header names the id
   * @return the file
   * @throws UnknownSchemaException if the registry has none of that id, or one that is not Protobuf
   * @throws RegistryException if the registry is away
   */
  public ProtobufSource protobuf(SchemaHeader header) throws UnknownSchemaException {
    return protobufs.get(header.path(), this::fetchedProtobuf);
  }

  /**
   * Registers a schema, unless it is there already.
   *
   * @param subject a subject
   * @param schema a schema
   * @return its id
   * @throws RegistryException if the registry is away or does not take the schema
   */
  public int register(String subject, Schema schema) {
    RegistryAnswer answer = asked("/subjects/%s/versions".formatted(subject), schema);
    if (answer.isConflict()) {
      // Where two register the same at the same moment, Apicurio refuses one of them.
      RegistryAnswer found = asked("/subjects/%s".formatted(subject), schema);
      answer = found.isOk() ? found : answer;
    }
    return id("register", subject, schema, answer);
  }

  /**
   * Looks for a schema.
   *
   * @param subject a subject
   * @param schema a schema
   * @return its id
   * @throws RegistryException if the registry is away or does not have the schema
   */
  public int find(String subject, Schema schema) {
    return id("find", subject, schema, asked("/subjects/%s".formatted(subject), schema));
  }

  private RegistryAnswer asked(String path, Schema schema) {
    return http.post(path, MAPPER.createObjectNode().put("schema", withoutJavaTypes(schema)));
  }

  private static int id(String what, String subject, Schema schema, RegistryAnswer answer) {
    if (!answer.isOk() || !answer.body().path("id").isInt()) {
      String message =
          "Cannot %s schema %s under subject %s: the registry %s"
              .formatted(what, schema.getFullName(), subject, answer.said());
      throw answer.isRefusal()
          ? new RefusedSchemaException(message)
          : new RegistryException(message);
    }
    return answer.body().path("id").intValue();
  }

  private RegistryAnswer fetched(String path, String kind, String name)
      throws UnknownSchemaException {
    String id = id(path);
    RegistryAnswer answer = http.getOnceThere(path);
    if (!answer.isOk()) {
      throw new UnknownSchemaException(
          "the registry has no schema %s: it %s".formatted(id, answer.said()));
    }
    String type = answer.body().path("schemaType").asText(AVRO);
    if (!type.equals(kind)) {
      throw new UnknownSchemaException("schema %s must be %s, got %s".formatted(id, name, type));
    }
    return answer;
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private ProtobufSource fetchedProtobuf(String path) throws UnknownSchemaException {
    RegistryAnswer answer = fetched(path, PROTOBUF, "Protobuf");
    Map<String, String> imports = new HashMap<>();
    addImports(id(path), answer, imports);
    return new ProtobufSource(answer.body().path("schema").asText(), imports);
  }

  private void addImports(String id, RegistryAnswer file, Map<String, String> imports)
      throws UnknownSchemaException {
    for (JsonNode reference : file.body().path("references")) {
      String name = reference.path("name").asText();
      if (!imports.containsKey(name)) {
        RegistryAnswer referred = referred(id, reference);
        imports.put(name, referred.body().path("schema").asText());
        addImports(id, referred, imports);
      }
    }
  }

  private RegistryAnswer referred(String id, JsonNode reference) throws UnknownSchemaException {
    String path = path(reference);
    RegistryAnswer referred = http.get(path);
    if (!referred.isOk()) {
      throw new UnknownSchemaException(
          "schema %s refers to %s: the registry %s".formatted(id, path, referred.said()));
    }
    return referred;
  }

  private static String path(JsonNode reference) {
    return "/subjects/%s/versions/%s"
        .formatted(reference.path("subject").asText(), reference.path("version").asText());
  }

  private Schema fetched(String path) throws UnknownSchemaException {
    String id = id(path);
    RegistryAnswer answer = fetched(path, AVRO, "Avro");
    return parsed(new Schema.Parser().setValidateDefaults(false), id, answer, new HashSet<>());
  }

  /** A schema may name types that are registered elsewhere; a parser remembers what it has read. */
  private Schema parsed(Schema.Parser parser, String id, RegistryAnswer answer, Set<String> read)
      throws UnknownSchemaException {
    for (JsonNode reference : answer.body().path("references")) {
      if (read.add(path(reference))) {
        var unusedAsTheParserHasIt = parsed(parser, id, referred(id, reference), read);
      }
    }
    try {
      return parser.parse(answer.body().path("schema").asText());
    } catch (RuntimeException e) {
      throw new UnknownSchemaException("schema %s must be Avro: %s".formatted(id, e.getMessage()));
    }
  }

  /** As it is in the file that the class was generated from. */
  private static String withoutJavaTypes(Schema schema) {
    try {
      JsonNode tree = MAPPER.readTree(schema.toString());
      tree.findParents(JAVA_STRING).forEach(parent -> ((ObjectNode) parent).remove(JAVA_STRING));
      return new Schema.Parser().parse(tree.toString()).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read schema: " + e.getMessage(), e);
    }
  }
}
