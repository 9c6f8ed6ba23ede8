"""Hugging Face transformers: batches sorted by length, an encoding for all labels of a record."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import T5Config, T5ForConditionalGeneration
from transformers.cache_utils import DynamicCache, EncoderDecoderCache

from workload import END, batches

# Of a batch that is scored, padding included.
MAX_TOKENS = 4096


class HuggingFace:
    def __init__(self, directory, attention):
        directory = Path(directory)
        config = T5Config.from_pretrained(directory)
        self.model = T5ForConditionalGeneration._from_config(config, attn_implementation=attention).eval()
        weights = load_file(directory / "model.safetensors")
        # The head is a matrix of its own, whatever this version of transformers ties.
        self.model.lm_head.weight = torch.nn.Parameter(weights["lm_head.weight"])
        missing, unexpected = self.model.load_state_dict(weights, strict=False)
        assert not unexpected and all(name.endswith("embed_tokens.weight") for name in missing), (missing, unexpected)
        assert not torch.equal(self.model.lm_head.weight, self.model.shared.weight)
        self.scaled = json.loads((directory / "config.json").read_text()).get("tie_word_embeddings") is not False
        self.model.config.tie_word_embeddings = self.scaled

    def name(self):
        return f"transformers {self.model.config._attn_implementation}"

    def _padded(self, prompts, batch):
        longest = max(len(prompts[i]) for i in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        mask = torch.zeros(len(batch), longest, dtype=torch.long)
        for row, i in enumerate(batch):
            ids[row, :len(prompts[i])] = torch.tensor(prompts[i])
            mask[row, :len(prompts[i])] = 1
        return ids, mask

    @torch.inference_mode()
    def score(self, workload, rows):
        """Log-probability of each label: the start token decoded once, its caches expanded over the labels."""
        labels = workload.label_ids
        longest = max(map(len, labels))
        targets = torch.zeros(len(labels), longest, dtype=torch.long)
        real = torch.zeros(len(labels), longest, dtype=torch.bool)
        for row, label in enumerate(labels):
            targets[row, :len(label)] = torch.tensor(label)
            real[row, :len(label)] = True
        scores = [None] * len(workload.prompts)
        for batch in batches(workload.prompts, MAX_TOKENS, rows):
            ids, mask = self._padded(workload.prompts, batch)
            encoded = self.model.encoder(input_ids=ids, attention_mask=mask)
            cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
            count = len(batch)
            first = self.model(encoder_outputs=encoded, attention_mask=mask, past_key_values=cache, use_cache=True,
                               decoder_input_ids=torch.zeros(count, 1, dtype=torch.long))
            start = torch.log_softmax(first.logits[:, 0].float(), -1)[:, targets[:, 0]]
            cache = first.past_key_values
            cache.batch_repeat_interleave(len(labels))
            expanded = encoded.last_hidden_state[:, :1].repeat_interleave(len(labels), 0)
            rest = self.model(encoder_outputs=(expanded,), attention_mask=mask.repeat_interleave(len(labels), 0),
                              past_key_values=cache, use_cache=True,
                              decoder_input_ids=targets[:, :-1].repeat(count, 1))
            logits = rest.logits.float()
            chosen = logits.gather(-1, targets[:, 1:].repeat(count, 1).unsqueeze(-1)).squeeze(-1)
            logprobs = (chosen - logits.logsumexp(-1)).view(count, len(labels), -1)
            total = start + (logprobs * real[:, 1:]).sum(-1)
            for row, i in enumerate(batch):
                scores[i] = total[row].tolist()
        return scores

    @torch.inference_mode()
    def generate(self, workload, max_new_tokens, rows):
        answers = [None] * len(workload.prompts)
        for batch in batches(workload.prompts, 1 << 30, rows):
            ids, mask = self._padded(workload.prompts, batch)
            written = self.model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=max_new_tokens,
                                          do_sample=False, num_beams=1)
            for row, i in enumerate(batch):
                answers[i] = cut(written[row, 1:].tolist())
        return answers


def cut(ids):
    return ids[:ids.index(END) + 1] if END in ids else ids
