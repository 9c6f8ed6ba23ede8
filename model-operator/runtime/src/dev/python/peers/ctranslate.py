"""CTranslate2. Its translator takes pairs of prompt and label: the encoding cannot be shared among labels."""

import json
from pathlib import Path

import ctranslate2
import torch

from workload import END


class CTranslate2:
    def __init__(self, directory, precision, threads):
        directory = Path(directory)
        converted = directory.parent / f"{directory.name}-ct2-{precision}"
        if not converted.exists():
            convert(directory, converted, precision)
        self.precision = precision
        self.translator = ctranslate2.Translator(str(converted), device="cpu", compute_type=precision,
                                                 inter_threads=1, intra_threads=threads)
        self.pieces = json.loads((converted / "shared_vocabulary.json").read_text())
        self.ids = {piece: i for i, piece in enumerate(self.pieces)}

    def name(self):
        return f"ctranslate2 {self.precision}"

    def _pieces(self, ids):
        return [self.pieces[i] for i in ids]

    def score(self, workload, rows):
        count = len(workload.label_ids)
        # It adds the end token to the target itself.
        labels = [self._pieces(label[:-1]) for label in workload.label_ids]
        source = [self._pieces(prompt) for prompt in workload.prompts for _ in range(count)]
        target = labels * len(workload.prompts)
        results = self.translator.score_batch(source, target, max_batch_size=rows * count)
        totals = [sum(result.log_probs) for result in results]
        return [totals[i:i + count] for i in range(0, len(totals), count)]

    def generate(self, workload, max_new_tokens, rows):
        results = self.translator.translate_batch([self._pieces(prompt) for prompt in workload.prompts], beam_size=1,
                                                  min_decoding_length=0,
                                                  max_decoding_length=max_new_tokens, max_batch_size=rows,
                                                  return_end_token=True)
        return [[self.ids[piece] for piece in result.hypotheses[0]] for result in results]


def convert(directory, converted, precision):
    """Converts through its own loader, with the head and the output's scale as the checkpoint says."""
    from ctranslate2.converters import TransformersConverter
    from ctranslate2.converters.transformers import _MODEL_LOADERS

    from hugging_face import HuggingFace

    reference = HuggingFace(directory, "eager")
    loader_type = type(_MODEL_LOADERS["T5Config"])

    class Loader(loader_type):
        def get_model_spec(self, model):
            model.lm_head.weight = torch.nn.Parameter(reference.model.lm_head.weight.detach().clone())
            model.config.tie_word_embeddings = reference.scaled
            return super().get_model_spec(model)

    known = _MODEL_LOADERS["T5Config"]
    _MODEL_LOADERS["T5Config"] = Loader()
    try:
        TransformersConverter(str(directory)).convert(str(converted), quantization=precision)
    finally:
        _MODEL_LOADERS["T5Config"] = known
