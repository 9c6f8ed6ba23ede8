"""The figures of `flanstream eval` in plain Python, for the test that compares the two.

    python figures.py LABELLED PREDICTIONS > figures.json

LABELLED is the labelled file, PREDICTIONS what `flanstream eval --predictions` wrote for it.
Python 3.9 or newer, nothing else. A task may give several labels where one of its answers is a list
of them.
"""

import json
import sys
from collections import defaultdict

BINS = 10


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def ratio(part, whole):
    return part / whole if whole else 0.0


def measures(pairs):
    """Precision, recall and F1 of each name, over sets of (name, …)."""
    support, given, right = defaultdict(int), defaultdict(int), defaultdict(int)
    for gold, found in pairs:
        for thing in gold:
            support[thing[0]] += 1
        for thing in found:
            given[thing[0]] += 1
        for thing in gold & found:
            right[thing[0]] += 1
    each = {}
    for name in sorted(set(support) | set(given)):
        precision = ratio(right[name], given[name])
        recall = ratio(right[name], support[name])
        each[name] = {
            "support": support[name],
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / (precision + recall) if right[name] else 0.0,
        }
    precision = ratio(sum(right.values()), sum(given.values()))
    recall = ratio(sum(right.values()), sum(support.values()))
    return {
        "macroF1": ratio(sum(one["f1"] for one in each.values()), len(each)),
        "precision": precision,
        "recall": recall,
        "microF1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "each": each,
    }


def calibration_error(guesses):
    bins = defaultdict(list)
    for score, right in guesses:
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    error = 0.0
    for members in bins.values():
        confidence = sum(score for score, _ in members) / len(members)
        accuracy = sum(right for _, right in members) / len(members)
        error += len(members) / len(guesses) * abs(accuracy - confidence)
    return error


def classification(task, texts, predictions):
    pairs, guesses, confusion = [], [], defaultdict(int)
    for text in texts:
        row = next(r for r in predictions[text["id"]]["classifications"] if r["task"] == task)
        gold, given = text["gold"][task], row["label"]
        pairs.append(({(gold,)} if gold else set(), {(given,)} if given else set()))
        confusion[f"{gold} -> {given}"] += 1
        if gold:
            best = row["alternatives"][0]
            guesses.append((best["score"], best["label"] == gold))
    labelled = [pair for pair in pairs if pair[0]]
    return {
        "accuracy": ratio(sum(gold == given for gold, given in labelled), len(labelled)),
        "labelled": len(labelled),
        "labelledAbstained": sum(not given for _, given in labelled),
        "unlabelledAbstained": sum(not gold and not given for gold, given in pairs),
        "measures": measures(pairs),
        "calibrationError": calibration_error(guesses),
        "confusion": dict(sorted(confusion.items())),
    }


def multi_label(task, texts, predictions):
    pairs, guesses = [], []
    for text in texts:
        rows = [r for r in predictions[text["id"]]["classifications"] if r["task"] == task]
        given = {row["label"]: row["score"] for row in rows if row["label"]}
        gold = text["gold"][task] or []
        gold = {gold} if isinstance(gold, str) else set(gold)
        pairs.append(({(label,) for label in gold}, {(label,) for label in given}))
        guesses += [(score, label in gold) for label, score in given.items()]
    labelled = [pair for pair in pairs if pair[0]]
    return {
        "accuracy": ratio(sum(gold == given for gold, given in labelled), len(labelled)),
        "labelled": len(labelled),
        "labelledAbstained": sum(not given for _, given in labelled),
        "unlabelledAbstained": sum(not gold and not given for gold, given in pairs),
        "measures": measures(pairs),
        "calibrationError": calibration_error(guesses),
    }


def figure(task, texts, predictions):
    answers = [answer for text in texts for answer in listed(text["gold"][task])]
    if any(isinstance(answer, dict) for answer in answers):
        return extraction(task, texts, predictions)
    if answers:
        return multi_label(task, texts, predictions)
    return classification(task, texts, predictions)


def listed(answer):
    return answer if isinstance(answer, list) else []


def extraction(task, texts, predictions):
    pairs, guesses = [], []
    for text in texts:
        rows = [r for r in predictions[text["id"]]["extractions"] if r["task"] == task]
        found = {(f["name"], f["start"], f["end"]): f["score"] for r in rows for f in r["fields"]}
        gold = {(f["name"], f["start"], f["end"]) for f in text["gold"][task]}
        pairs.append((gold, set(found)))
        guesses += [(score, span in gold) for span, score in found.items()]
    return {
        "exactTexts": sum(gold == found for gold, found in pairs),
        "measures": measures(pairs),
        "calibrationError": calibration_error(guesses),
    }


def main(labelled, predicted):
    texts = lines(labelled)
    predictions = {prediction["id"]: prediction for prediction in lines(predicted)}
    figures = {}
    for task in sorted({task for text in texts for task in text["gold"]}):
        having = [text for text in texts if task in text["gold"]]
        figures[task] = figure(task, having, predictions)
    json.dump(figures, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
