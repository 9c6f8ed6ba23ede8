"""Makes LoRA adapters for the golden checkpoints, and what PEFT's `merge_and_unload` makes of them.

    python make_adapters.py ../../../test/resources/golden

Beside each adapter lies `expected.json`, as make_golden.py writes it: choices and greedy generations of the merged
model by transformers (eager attention, one record at a time, float32; scores in bfloat16 beside them). The factors
are drawn wide, so that a dropped map or a wrong scale shows.
"""

import argparse
import json
import random
from pathlib import Path

import peft
import torch
import transformers
from make_golden import SEED, expected
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer
from transformers import T5ForConditionalGeneration

ATTENTION = ["q", "k", "v", "o"]
ADAPTERS = {
    # The usual one: queries and values.
    "queries": ("ul2", dict(r=4, lora_alpha=8, target_modules=["q", "v"]), torch.float32),
    # Every map, scaled by alpha / sqrt(r).
    "every-map": ("t5-v1_1", dict(r=3, lora_alpha=2, use_rslora=True,
                                  target_modules=[*ATTENTION, "wi_0", "wi_1", "wo"]), torch.float32),
    # Ranks and alphas of their own, one layer only, in bfloat16.
    "patterns": ("t5-v1_0", dict(r=2, lora_alpha=4, target_modules=["wi", "wo", "SelfAttention.o"],
                                 rank_pattern={"wo": 5, r"block.0.*wi": 1}, alpha_pattern={"encoder.*.wo": 3},
                                 layers_to_transform=[1], layers_pattern="block"), torch.bfloat16),
    # The second of two.
    "outputs": ("ul2", dict(r=2, lora_alpha=3, target_modules=["v", "wo"]), torch.float32),
}
TOGETHER = ("queries+outputs", ["queries", "outputs"])


def base(golden, checkpoint):
    return T5ForConditionalGeneration.from_pretrained(golden / checkpoint, attn_implementation="eager").eval()


def answers(model, golden, checkpoint, seed):
    tokenizer = Tokenizer.from_file(str(golden / checkpoint / "tokenizer.json"))
    all_of_them = expected(model, tokenizer, random.Random(seed))
    tool = f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}, eager"
    return {"tool": tool, "scores": all_of_them["scores"][2:9:2], "generations": all_of_them["generations"][1:8:2]}


def write(answers, directory):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "expected.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


def make(golden, out, name, seed):
    checkpoint, settings, dtype = ADAPTERS[name]
    torch.manual_seed(seed)
    model = get_peft_model(base(golden, checkpoint), LoraConfig(task_type="SEQ_2_SEQ_LM", **settings))
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if "lora_" in key:
                parameter.copy_((torch.randn_like(parameter) * 0.25).to(dtype))
    model.base_model.model.name_or_path = model.peft_config["default"].base_model_name_or_path = checkpoint
    if dtype != torch.float32:
        model = model.to(dtype)
    model.save_pretrained(out / name)
    (out / name / "README.md").unlink(missing_ok=True)
    merged = PeftModel.from_pretrained(base(golden, checkpoint), out / name).merge_and_unload().eval()
    write(answers(merged, golden, checkpoint, seed), out / name)


def make_together(golden, out, name, parts, seed):
    checkpoint = ADAPTERS[parts[0]][0]
    model = PeftModel.from_pretrained(base(golden, checkpoint), out / parts[0], adapter_name=parts[0])
    for part in parts[1:]:
        model.load_adapter(out / part, adapter_name=part)
    write(answers(model.merge_and_unload(adapter_names=parts).eval(), golden, checkpoint, seed), out / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", type=Path, help="directory of the golden checkpoints; the adapters go to adapters/ in it")
    golden = parser.parse_args().golden
    torch.set_num_threads(1)
    for index, name in enumerate(ADAPTERS):
        make(golden, golden / "adapters", name, SEED + 100 + index)
    make_together(golden, golden / "adapters", *TOGETHER, SEED + 200)


if __name__ == "__main__":
    main()
