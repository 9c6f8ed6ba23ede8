"""Random checkpoints of known shapes, and prompts for them: the same for every peer."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import tokenizers
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import T5Config, T5ForConditionalGeneration

SEED = 20261123
VOCABULARY = 32100
END = 1
SHAPES = {
    "tiny": dict(d_model=64, d_kv=16, d_ff=128, num_layers=2, num_heads=4),
    "small": dict(d_model=512, d_kv=64, d_ff=1024, num_layers=8, num_heads=6),
    "base": dict(d_model=768, d_kv=64, d_ff=2048, num_layers=12, num_heads=12),
}
LONGEST_ANSWER = 32


@dataclass
class Workload:
    """Prompts as text and as ids (end token last), and labels that all of them share."""

    texts: list
    prompts: list
    labels: list
    label_ids: list

    def write(self, path):
        lines = [dict(id=i, prompt=text, choices=self.labels) for i, text in enumerate(self.texts)]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def make_tokenizer():
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(f"▁w{i}", -8.0 - i / VOCABULARY) for i in range(VOCABULARY - len(pieces))]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(tokenizers.Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", END)])
    return tokenizer


def make_checkpoint(shape, directory):
    """Writes a checkpoint of Flan-T5's family with random weights in float32."""
    torch.manual_seed(SEED)
    config = T5Config(vocab_size=32128, num_decoder_layers=SHAPES[shape]["num_layers"], feed_forward_proj="gated-gelu",
                      tie_word_embeddings=False, decoder_start_token_id=0, pad_token_id=0, eos_token_id=END,
                      **SHAPES[shape])
    model = T5ForConditionalGeneration(config).eval()
    head = torch.randn(config.vocab_size, config.d_model) * config.d_model ** -0.5 * 2
    model.lm_head.weight = torch.nn.Parameter(head)
    model.config.tie_word_embeddings = False
    head[END] = end_row(model)
    # Transformers ties head and embedding while it makes a model; here they are two.
    weights = {name: tensor.detach().clone().contiguous() for name, tensor in model.state_dict().items()
               if not name.endswith("embed_tokens.weight")}
    weights["lm_head.weight"] = head
    directory.mkdir(parents=True, exist_ok=True)
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    config.architectures = ["T5ForConditionalGeneration"]
    config.save_pretrained(directory)
    written = json.loads((directory / "config.json").read_text())
    written["tie_word_embeddings"] = False
    (directory / "config.json").write_text(json.dumps(written, indent=2))
    make_tokenizer().save(str(directory / "tokenizer.json"))
    (directory / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="PreTrainedTokenizerFast", pad_token="<pad>", eos_token="</s>", unk_token="<unk>")))


@torch.inference_mode()
def end_row(model, candidates=400):
    """The head's row of the end token, of those drawn, with which greedy answers have the most lengths.

    Answers of random weights never end or end at once, and all alike; a row along the difference of two hidden states
    ends some early, some late and some not at all.
    """
    prompts = make_workload(32).prompts
    width = max(map(len, prompts))
    ids = torch.tensor([prompt + [0] * (width - len(prompt)) for prompt in prompts])
    mask = ids.ne(0).long()
    written = model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=LONGEST_ANSWER,
                             min_new_tokens=LONGEST_ANSWER, do_sample=False)
    encoded = model.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    hidden = model.decoder(input_ids=written[:, :-1], encoder_hidden_states=encoded,
                           encoder_attention_mask=mask).last_hidden_state
    best = model.lm_head(hidden).index_fill(-1, torch.tensor([END]), float("-inf")).max(-1).values
    states = hidden.reshape(-1, hidden.size(-1))
    chosen, most = None, 0
    for _ in range(candidates):
        one, other = states[torch.randint(len(states), (2,))]
        row = one - other
        row = row * torch.empty(()).uniform_(0.5, 2).item() * best.mean() / (row @ one).abs().clamp(min=1e-3)
        ends = (hidden @ row) > best
        lengths = torch.where(ends.any(-1), ends.int().argmax(-1) + 1, LONGEST_ANSWER)
        if len(lengths.unique()) > most:
            chosen, most = row, len(lengths.unique())
    return chosen


def make_workload(count, labels=20):
    """Prompts of log-normal length around 90 tokens, the longest 512; labels of one to four tokens."""
    rng = random.Random(SEED)

    def words(n):
        return [rng.randrange(3, VOCABULARY) for _ in range(n)]

    prompts = [words(min(511, max(8, round(rng.lognormvariate(4.5, 0.6))))) for _ in range(count)]
    label_ids = []
    while len(label_ids) < labels:
        # Half of them begin as another one does, like "card arrival" and "card lost".
        start = rng.choice(label_ids)[:1] if label_ids and rng.random() < 0.5 else []
        label = start + words(rng.randint(1, 3))
        if label not in label_ids:
            label_ids.append(label)

    def text(ids):
        return " ".join(f"w{i - 3}" for i in ids)

    return Workload([text(p) for p in prompts], [p + [END] for p in prompts], [text(l) for l in label_ids],
                    [l + [END] for l in label_ids])


def batches(prompts, max_tokens, max_rows):
    """Indices of the prompts, sorted by length and cut by padded tokens and by rows."""
    cut, batch = [], []
    for i in sorted(range(len(prompts)), key=lambda i: -len(prompts[i])):
        if batch and (len(prompts[batch[0]]) * (len(batch) + 1) > max_tokens or len(batch) == max_rows):
            cut.append(batch)
            batch = []
        batch.append(i)
    return cut + [batch]
