package io.flanstream.jobs.check;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a model is asked about, of lengths that make ragged batches. */
final class Questions {
  static final List<String> LABELS = List.of("refund", "lost card", "exchange rate", "other");

  static final List<String> PROMPTS =
      List.of(
          "Which label fits the message? My card has not arrived yet.",
          "Which label fits the message? I was charged twice for the same ticket and I would like to"
              + " have the second payment back as soon as you can, please.",
          "Which label fits the message? What do I get for 200 dollars in euros today?",
          "Is this a complaint? The train was late again, the heating was off, and nobody told us"
              + " why; we waited for two hours on a platform without a roof while it snowed, and"
              + " then the bus that should have taken us home had left. What is it about?",
          "Hello!",
          "Translate to German and then say which label fits: where can I change my PIN?");

  private static final String WORDS = "the train from the coast was late and nobody told us why ";

  private Questions() {}

  /** Log-probabilities of the labels after each prompt, all asked at the same time. */
  static List<double[]> together(TextModel model) {
    Choices choices = model.choices(LABELS);
    List<CompletableFuture<ChoiceScores>> answers =
        PROMPTS.stream().map(prompt -> model.score(prompt, choices)).toList();
    return answers.stream().map(answer -> answer.join().logprobs()).toList();
  }

  /** The same, one after the other. */
  static List<double[]> alone(TextModel model) {
    Choices choices = model.choices(LABELS);
    return PROMPTS.stream().map(prompt -> model.score(prompt, choices).join().logprobs()).toList();
  }

  /** A prompt of about so many tokens that is like no other. */
  static String prompt(int number, int tokens) {
    String words = WORDS.repeat(tokens / 12 + 1);
    return number + " " + words.substring(0, Math.min(words.length(), tokens * 4));
  }
}
