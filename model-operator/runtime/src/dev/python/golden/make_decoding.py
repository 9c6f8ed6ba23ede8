"""Makes what Hugging Face's generate writes on the golden checkpoints by every way of decoding.

    python make_decoding.py ../../../test/resources/golden

Every checkpoint of make_golden.py gets `decoding.json`: texts by logits processors, stop strings and beam searches, and
the distributions that sampling draws from (transformers, eager attention, one record at a time, float32). Random weights
hardly ever write the end token, so most texts end at another one, that the model does write.
"""

import argparse
import json
import logging
from pathlib import Path

import torch
import transformers
from transformers import GenerationConfig, PreTrainedTokenizerFast, T5ForConditionalGeneration

NEW_TOKENS = 24
PROMPTS = 5
TEXTS = [
    {"max_new_tokens": 5},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.7},
    {"no_repeat_ngram_size": 1},
    {"no_repeat_ngram_size": 2},
    {"min_new_tokens": 9},
    {"min_new_tokens": 24},
    {"repetition_penalty": 1.2, "no_repeat_ngram_size": 3, "min_new_tokens": 6},
    {"stop_strings": None},
    {"num_beams": 2},
    {"num_beams": 5},
    {"num_beams": 4, "early_stopping": True},
    {"num_beams": 4, "early_stopping": "never"},
    {"num_beams": 3, "length_penalty": 0.0},
    {"num_beams": 3, "length_penalty": 2.0},
    {"num_beams": 3, "length_penalty": 2.0, "early_stopping": "never"},
    {"num_beams": 2, "length_penalty": 3.0},
    {"num_beams": 2, "length_penalty": 3.0, "early_stopping": True},
    {"num_beams": 2, "length_penalty": 3.0, "early_stopping": "never"},
    {"num_beams": 3, "length_penalty": -1.0},
    {"num_beams": 4, "max_new_tokens": 3},
    {"num_beams": 4, "min_new_tokens": 8},
    {"num_beams": 4, "repetition_penalty": 1.5},
    {"num_beams": 4, "no_repeat_ngram_size": 2, "min_new_tokens": 4, "early_stopping": True},
    {"num_beams": 3, "stop_strings": None},
]
SAMPLINGS = [
    {"top_k": 0},
    {"top_k": 5},
    {"top_k": 0, "top_p": 0.6},
    {"top_k": 20, "top_p": 0.9, "temperature": 1.7},
    {"top_k": 50, "temperature": 0.4, "repetition_penalty": 1.4, "min_new_tokens": 2},
]


@torch.inference_mode()
def logits_after(model, prompt, decoder_ids):
    output = model(input_ids=torch.tensor([prompt]), decoder_input_ids=torch.tensor([decoder_ids]), use_cache=False)
    return output.logits[0].float()


@torch.inference_mode()
def write(model, tokenizer, prompt, options, end):
    # Without a cache: transformers 5.23 sizes its cache by the encoder and fails on a deeper decoder.
    settings = {"max_new_tokens": NEW_TOKENS, "num_beams": 1, **options}
    out = model.generate(torch.tensor([prompt]), do_sample=False, use_cache=False, tokenizer=tokenizer, eos_token_id=end,
                         return_dict_in_generate=True, output_scores=True, **settings)
    decoder_ids = out.sequences[0].tolist()
    raw = torch.log_softmax(logits_after(model, prompt, decoder_ids[:-1]), -1)
    logprobs = [round(raw[i, token].item(), 6) for i, token in enumerate(decoder_ids[1:])]
    answer = {"tokenIds": decoder_ids[1:], "logprobs": logprobs}
    if settings["num_beams"] > 1:
        answer["score"] = out.sequences_scores[0].item()
    return answer


def later_token(ids):
    """A token that a text comes to after a while."""
    found = [i for i, token in enumerate(ids[:10]) if token not in ids[:i]]
    return ids[found[-1]]


def stop_strings(tokenizer, ids):
    """Letters across two tokens of a text, and a string that it does not have."""
    pieces = [tokenizer.convert_ids_to_tokens(token).replace("▁", " ") for token in ids]
    return [(pieces[3][-1] + pieces[4])[:3], "never"]


@torch.inference_mode()
def distribution(model, prompt, decoder_ids, options):
    config = GenerationConfig(do_sample=True, num_beams=1, max_new_tokens=NEW_TOKENS, **options)
    config._eos_token_tensor = torch.tensor([model.config.eos_token_id])
    processors = model._get_logits_processor(config, input_ids_seq_length=1, encoder_input_ids=torch.tensor([prompt]),
                                             device="cpu")
    scores = processors(torch.tensor([decoder_ids]), logits_after(model, prompt, decoder_ids)[-1:])
    logprobs = torch.log_softmax(scores[0], -1)
    kept = [token for token in range(len(logprobs)) if logprobs[token] > float("-inf")]
    return {"tokenIds": kept, "logprobs": [round(logprobs[token].item(), 6) for token in kept]}


def expected(model, tokenizer, prompts):
    texts = []
    for options in TEXTS:
        for number, prompt in enumerate(prompts):
            ids = tokenizer(prompt)["input_ids"]
            end = 1 if number == 0 else later_token(write(model, tokenizer, ids, {}, 1)["tokenIds"])
            asked = dict(options)
            if "stop_strings" in asked:
                free = {key: value for key, value in options.items() if key != "stop_strings"}
                asked["stop_strings"] = stop_strings(tokenizer, write(model, tokenizer, ids, free, 1)["tokenIds"])
            texts.append({"prompt": prompt, "options": {"max_new_tokens": NEW_TOKENS, **asked}, "endId": end,
                          **write(model, tokenizer, ids, asked, end)})
    samplings = []
    for options in SAMPLINGS:
        for prompt in prompts[:2]:
            ids = tokenizer(prompt)["input_ids"]
            first = distribution(model, ids, [0], options)
            likely = max(zip(first["logprobs"], first["tokenIds"]))[1]
            samplings.append({"prompt": prompt, "options": options, "first": first, "prefix": likely,
                              "second": distribution(model, ids, [0, likely], options)})
    return {"texts": texts, "samplings": samplings}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="directory with one folder for each checkpoint")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    for directory in sorted(path.parent for path in parser.parse_args().out.glob("*/expected.json")):
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(directory / "tokenizer.json"), eos_token="</s>",
                                            pad_token="<pad>", unk_token="<unk>")
        model = T5ForConditionalGeneration.from_pretrained(directory, attn_implementation="eager").eval()
        golden = json.loads((directory / "expected.json").read_text())
        prompts = [case["prompt"] for case in golden["generations"]][:2 * PROMPTS:2]
        answers = {"tool": f"transformers {transformers.__version__}, torch {torch.__version__}, eager",
                   **expected(model, tokenizer, prompts)}
        (directory / "decoding.json").write_text(json.dumps(answers, ensure_ascii=False) + "\n")
        ended = sum(text["tokenIds"][-1] == text["endId"] for text in answers["texts"])
        print(f"{directory.name}: {len(answers['texts'])} texts, {ended} of them ended, "
              f"{len(answers['samplings'])} samplings of {[len(s['first']['tokenIds']) for s in answers['samplings']]} tokens")


if __name__ == "__main__":
    main()
