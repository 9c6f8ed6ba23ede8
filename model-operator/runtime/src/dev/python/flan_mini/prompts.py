"""The prompt forms. The Java task layer builds the same strings, so a change here is a change of contract."""

import re

QUESTION = "Which label fits the text best?"
ABSENT = "unanswerable"


def text_form(name):
    """`card_arrival` -> `card arrival`, `AddToPlaylist` -> `add to playlist`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[_\-]", " ", spaced).lower().split())


def classify(text, labels=(), question=QUESTION, descriptions=None):
    """`labels` are text forms; none of them means that the options stay hidden."""
    prompt = f"{question}\n\nText: {text}"
    if not labels:
        return prompt
    descriptions = descriptions or {}
    lines = [f"- {x}: {descriptions[x]}" if descriptions.get(x) else f"- {x}" for x in labels]
    return prompt + "\n\nOPTIONS:\n" + "\n".join(lines)


def yes_no(text, label, description=None):
    if description and description.endswith("?"):
        hypothesis = description
    elif description:
        hypothesis = f"Does this describe the text: {description}?"
    else:
        hypothesis = f'Does the label "{label}" fit the text?'
    return f"{hypothesis}\n\nText: {text}\n\nOPTIONS:\n- yes\n- no"


def ask_field(text, field, description=None):
    if description and description.endswith("?"):
        question = description
    elif description:
        question = f"What is the {field} ({description})?"
    else:
        question = f"What is the {field}?"
    return f"{question} If the text does not say, answer {ABSENT}.\n\nText: {text}"


def ask_fields(text, fields, descriptions=None):
    descriptions = descriptions or {}
    listed = "; ".join(f"{x}: {descriptions[x]}" if descriptions.get(x) else x for x in fields)
    return f"Extract the fields, or answer {ABSENT}.\n\nFields: {listed}\n\nText: {text}"
