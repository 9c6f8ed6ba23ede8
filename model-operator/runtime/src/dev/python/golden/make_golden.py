"""Makes the small random T5-family checkpoints of the numerics tests, and what Hugging Face answers on them.

    python make_golden.py ../../../test/resources/golden

Every checkpoint gets `expected.json`: log-probabilities of choices and greedy generations by transformers
(eager attention, one record at a time, float32; scores in bfloat16 beside them). Weights are drawn wide, so that
probabilities differ much and a dropped bias, a wrong scale or a leaking mask shows.
"""

import argparse
import copy
import json
import random
from pathlib import Path

import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import T5Config, T5ForConditionalGeneration

SEED = 20260301
WORDS = (
    "card lost stolen arrive cancel table tonight people seven thirty music play song artist refund money transfer "
    "bank account pin change top up failed please thanks where when how much is my the a to for of in on new old order "
    "late missing wrong broken good bad great awful service waiter dinner lunch booking reservation confirm playlist add"
).split()

COMMON = dict(d_model=32, d_kv=8, d_ff=48, num_heads=4, relative_attention_num_buckets=32,
              relative_attention_max_distance=128, layer_norm_epsilon=1e-6, pad_token_id=0, eos_token_id=1,
              decoder_start_token_id=0)
CHECKPOINTS = {
    # T5 v1.0: relu, one matrix for embedding and head, outputs scaled.
    "t5-v1_0": (dict(feed_forward_proj="relu", num_layers=2, num_decoder_layers=2), None, 1),
    # T5 v1.1 and Flan-T5: gated-gelu, a head of its own, not scaled; the decoder deeper than the encoder.
    "t5-v1_1": (dict(feed_forward_proj="gated-gelu", num_layers=2, num_decoder_layers=3), False, 1),
    # UL2 and Flan-UL2: gated-silu, scaled, heads x d_kv other than d_model; shallow decoder, in three shards.
    "ul2": (dict(feed_forward_proj="gated-silu", num_layers=3, num_decoder_layers=2, d_kv=12), None, 3),
}


def make_tokenizer():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(tokenizers.Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    rng = random.Random(SEED)
    corpus = [" ".join(rng.choices(WORDS, k=rng.randint(3, 12))) for _ in range(2000)]
    trainer = trainers.UnigramTrainer(
        vocab_size=160, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False,
        initial_alphabet=list("abcdefghijklmnopqrstuvwxyz0123456789.,?!-:"))
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def make_model(shape, tie, vocabulary):
    settings = {**COMMON, **shape, "vocab_size": vocabulary}
    if tie is not None:
        settings["tie_word_embeddings"] = tie
    config = T5Config(**settings)
    config._attn_implementation = "eager"
    model = T5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "layer_norm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.2)
            elif "relative_attention_bias" in name:
                parameter.copy_(torch.randn_like(parameter) * 1.5)
            elif name != "shared.weight":
                # T5 does not scale its dot products: wide queries would saturate attention and amplify rounding.
                gain = 1.5 / config.d_kv ** 0.5 if name.endswith("Attention.q.weight") else 1.3
                parameter.copy_(torch.randn_like(parameter) * (gain / parameter.shape[1] ** 0.5))
        if tie is False:
            model.lm_head.weight = torch.nn.Parameter(torch.randn(vocabulary, config.d_model) * 0.6)
        else:
            model.shared.weight.mul_(2.0)
    return model, settings


def save(model, settings, tokenizer, shards, directory):
    directory.mkdir(parents=True, exist_ok=True)
    config = {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True, **settings}
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    tokenizer.save(str(directory / "tokenizer.json"))
    tensors = {name: value.detach().clone().contiguous() for name, value in model.state_dict().items()
               if "embed_tokens" not in name and (name != "lm_head.weight" or settings.get("tie_word_embeddings") is False)}
    names = sorted(tensors)
    if shards == 1:
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    weight_map = {}
    for i in range(shards):
        file = f"model-{i + 1:05d}-of-{shards:05d}.safetensors"
        part = {name: tensors[name] for name in names[i::shards]}
        save_file(part, directory / file, metadata={"format": "pt"})
        weight_map.update({name: file for name in part})
    total = sum(value.numel() * value.element_size() for value in tensors.values())
    (directory / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": weight_map}, indent=2, sort_keys=True) + "\n")


@torch.inference_mode()
def score(model, prompt, choice):
    """Log-probability of a choice, end token included, by teacher forcing."""
    start = torch.tensor([[0] + choice[:-1]])
    logits = model(input_ids=torch.tensor([prompt]), decoder_input_ids=start, use_cache=False).logits[0].float()
    return torch.log_softmax(logits, -1)[torch.arange(len(choice)), torch.tensor(choice)].sum().item()


@torch.inference_mode()
def generate(model, prompt, new_tokens):
    # Without a cache: transformers 5.23 sizes its cache by the encoder and fails on a deeper decoder.
    out = model.generate(torch.tensor([prompt]), max_new_tokens=new_tokens, do_sample=False, num_beams=1, use_cache=False,
                         return_dict_in_generate=True, output_logits=True)
    ids = out.sequences[0, 1:].tolist()
    logprobs = [torch.log_softmax(logits[0].float(), -1)[token].item() for logits, token in zip(out.logits, ids)]
    return ids, logprobs


def expected(model, tokenizer, rng):
    lengths = [1, 2, 5, 9, 17, 33, 60, 95, 130, 160]
    prompts = [" ".join(rng.choices(WORDS, k=length)) for length in lengths]
    sets = [["card lost", "card stolen", "card", "cancel table", "refund"],
            ["play music", "play song", "thanks", "play music please", "waiter awful service"]]
    texts = prompts * len(sets)
    cases = [{"prompt": prompt, "choices": sets[i // len(prompts)]} for i, prompt in enumerate(texts)]
    for case in cases:
        prompt = tokenizer.encode(case["prompt"]).ids
        choices = [tokenizer.encode(choice).ids for choice in case["choices"]]
        case["tokenIds"] = prompt
        case["logprobs"] = [score(model, prompt, choice) for choice in choices]
    # A new model would tie its head to the embedding, and loading one would overwrite the other.
    half = copy.deepcopy(model).to(torch.bfloat16)
    for case in cases:
        choices = [tokenizer.encode(choice).ids for choice in case["choices"]]
        case["bfloat16Logprobs"] = [score(half, case["tokenIds"], choice) for choice in choices]
    generations = []
    for prompt in prompts:
        ids, logprobs = generate(model, tokenizer.encode(prompt).ids, 48)
        generations.append({"prompt": prompt, "maxNewTokens": 48, "tokenIds": ids, "logprobs": logprobs})
    return {"scores": cases, "generations": generations}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="directory that gets one folder for each checkpoint")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    for index, (name, (shape, tie, shards)) in enumerate(CHECKPOINTS.items()):
        torch.manual_seed(SEED + index)
        model, settings = make_model(shape, tie, tokenizer.get_vocab_size())
        save(model, settings, tokenizer, shards, out / name)
        answers = {"tool": f"transformers {transformers.__version__}, torch {torch.__version__}, eager",
                   **expected(model, tokenizer, random.Random(SEED + index))}
        (out / name / "expected.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")
        best = [max(case["logprobs"]) for case in answers["scores"]]
        lengths = [len(g["tokenIds"]) for g in answers["generations"]]
        print(f"{name}: best choice {min(best):.2f} to {max(best):.2f}, generations of {lengths} tokens")


if __name__ == "__main__":
    main()
