"""A Hugging Face model directory: read into the lean model, or written from it."""

import json
import pathlib

import torch
from safetensors.torch import load_file, save_file

from .model import Shape, from_hugging_face, to_hugging_face


def config(shape):
    return {
        "architectures": ["T5ForConditionalGeneration"],
        "model_type": "t5",
        "d_model": shape.d_model,
        "d_kv": shape.d_kv,
        "d_ff": shape.d_ff,
        "num_heads": shape.heads,
        "num_layers": shape.encoder_layers,
        "num_decoder_layers": shape.decoder_layers,
        "vocab_size": shape.vocab,
        "feed_forward_proj": "gated-silu",
        "dense_act_fn": "silu",
        "is_gated_act": True,
        "relative_attention_num_buckets": shape.buckets,
        "relative_attention_max_distance": shape.max_distance,
        "layer_norm_epsilon": shape.epsilon,
        "dropout_rate": 0.0,
        "initializer_factor": 1.0,
        "is_encoder_decoder": True,
        "tie_word_embeddings": True,
        "use_cache": True,
        "n_positions": 512,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "decoder_start_token_id": 0,
        "torch_dtype": "bfloat16",
    }


def save(model, directory):
    out = pathlib.Path(directory)
    out.mkdir(parents=True, exist_ok=True)
    tensors = {k: v.to(torch.bfloat16) for k, v in to_hugging_face(model).items()}
    save_file(tensors, str(out / "model.safetensors"), metadata={"format": "pt"})
    (out / "model.safetensors").chmod(0o644)
    generation = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0, "max_new_tokens": 96}
    for name, content in (("config.json", config(model.shape)), ("generation_config.json", generation)):
        (out / name).write_text(json.dumps(content, indent=2) + "\n")


def load(directory, compute=torch.float32):
    at = pathlib.Path(directory)
    c = json.loads((at / "config.json").read_text())
    shape = Shape(
        vocab=c["vocab_size"],
        d_model=c["d_model"],
        d_kv=c["d_kv"],
        heads=c["num_heads"],
        d_ff=c["d_ff"],
        encoder_layers=c["num_layers"],
        decoder_layers=c["num_decoder_layers"],
        buckets=c["relative_attention_num_buckets"],
        max_distance=c["relative_attention_max_distance"],
        epsilon=c["layer_norm_epsilon"],
    )
    tensors = {k: v.float() for k, v in load_file(str(at / "model.safetensors")).items()}
    return from_hugging_face(tensors, shape, compute).eval()
