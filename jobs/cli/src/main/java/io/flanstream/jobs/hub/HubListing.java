package io.flanstream.jobs.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a hub says of a model: its commit and the files in its root directory. */
final class HubListing {
  private static final Logger LOG = LoggerFactory.getLogger(HubListing.class);
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Pattern PULL_REQUEST = Pattern.compile("refs/pr/(\\d{1,9})");
  private static final Pattern NEXT = Pattern.compile("<[^>?]*\\?([^>]*)>\\s*;\\s*rel=\"next\"");
  private static final int MAX_JSON_BYTES = 64 << 20;
  private static final int MAX_PAGES = 1000;

  private final HubHttp http;
  private final RetryPolicy policy;
  private final HubModel model;

  HubListing(HubHttp http, RetryPolicy policy, HubModel model) {
    this.http = http;
    this.policy = policy;
    this.model = model;
  }

  /** The commit that the model's revision is now. */
  String commit() throws InterruptedException {
    String commit = page(http.endpoint().revision(model)).json().path("sha").asText();
    if (!HubModel.isCommit(commit)) {
      throw nonsense("\"sha\" must be a commit, got \"%s\"".formatted(commit));
    }
    return commit;
  }

  /** The files in a commit's root directory. */
  List<HubFile> files(String commit) throws InterruptedException {
    URI listing = http.endpoint().listing(model, commit);
    List<HubFile> files = new ArrayList<>();
    Optional<String> query = Optional.empty();
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      Page page = page(query.map(next -> URI.create(listing + "?" + next)).orElse(listing));
      for (JsonNode entry : page.json()) {
        if (entry.path("type").asText().equals("file")) {
          files.add(file(entry));
        }
      }
      query = page.next();
      if (query.isEmpty()) {
        return files;
      }
    }
    throw nonsense("a listing must end within %s pages".formatted(MAX_PAGES));
  }

  /** Whose the model's revision is, where it is a pull request; the hub need not say. */
  Optional<PullReceipt.PullRequest> pullRequest() throws InterruptedException {
    Matcher change = PULL_REQUEST.matcher(model.revision());
    if (!change.matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(change.group(1));
    JsonNode said = MAPPER.missingNode();
    try (HubResponse response = http.get(http.endpoint().discussion(model, number), 0)) {
      if (response.status() == HubResponse.OK) {
        said = MAPPER.readTree(response.body().readNBytes(MAX_JSON_BYTES));
      }
    } catch (IOException | CommandException e) {
      LOG.info("The hub does not say whose {} is", model.revision(), e);
    }
    return Optional.of(
        new PullReceipt.PullRequest(
            number,
            HubResponse.oneLine(said.at("/author/name").asText("")),
            HubResponse.oneLine(said.path("title").asText("")),
            HubResponse.oneLine(said.path("status").asText(""))));
  }

  private HubFile file(JsonNode entry) {
    JsonNode large = entry.path("lfs");
    HubFile file =
        large.isObject()
            ? new HubFile(
                entry.path("path").asText(),
                large.path("size").asLong(-1),
                new Checksum(Checksum.Kind.SHA256, large.path("oid").asText()))
            : new HubFile(
                entry.path("path").asText(),
                entry.path("size").asLong(-1),
                new Checksum(Checksum.Kind.GIT_BLOB, entry.path("oid").asText()));
    if (file.size() < 0 || !file.checksum().isWellFormed()) {
      throw nonsense("a file must have a size and a checksum, got " + entry);
    }
    return file;
  }

  /** One page, and the query of the next: a mirror passes on links to the hub that it mirrors. */
  private record Page(JsonNode json, Optional<String> next) {}

  private Page page(URI address) throws InterruptedException {
    String what = "pull %s at %s".formatted(model, model.revision());
    Retries retries = new Retries(policy, what);
    while (true) {
      try (HubResponse response = http.get(address, 0)) {
        if (response.status() != HubResponse.OK) {
          throw response.failure(what);
        }
        byte[] json = response.body().readNBytes(MAX_JSON_BYTES);
        Matcher next = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
        return new Page(
            MAPPER.readTree(json), next.find() ? Optional.of(next.group(1)) : Optional.empty());
      } catch (JsonProcessingException e) {
        throw new CommandException(
            "Cannot %s: %s must answer with JSON, as a hub does"
                .formatted(what, HubResponse.place(address)),
            e);
      } catch (ConnectException e) {
        throw new CommandException(
            "Cannot %s: no connection to %s%s".formatted(what, http.endpoint(), http.via(address)),
            e);
      } catch (IOException e) {
        retries.await(e);
      }
    }
  }

  private CommandException nonsense(String rule) {
    return new CommandException(
        "Cannot pull %s from %s: %s".formatted(model, http.endpoint(), rule));
  }
}
