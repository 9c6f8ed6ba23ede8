"""Golden figures of ROUGE-L for TextOverlapTest, by Google's rouge-score 0.1.2 without a stemmer.

    pip install rouge-score==0.1.2
    python rouge.py > ../../../test/resources/eval/rouge-l.tsv
"""
import random

from rouge_score import rouge_scorer

WORDS = "the cat sat on a mat , and THE dog's well-known bone fell in 1912 . ( twice ) again".split(" ")
random.seed(22)
scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)


def text():
    return " ".join(random.choice(WORDS) for _ in range(random.randint(1, 14)))


lines = 0
while lines < 200:
    right, given = text(), text()
    if not any(c.isalnum() for c in right) or not any(c.isalnum() for c in given):
        continue  # rouge-score has 0 for two texts without words.
    score = scorer.score(right, given)["rougeL"].fmeasure
    print(right, given, f"{score:.9f}", sep="\t")
    lines += 1
