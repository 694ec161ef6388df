"""What HF transformers and PEFT say: models, logits and adapters."""

import os
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()
warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def load_model(folder, dtype=torch.float32, attention="sdpa"):
    """The checkpoint in `dtype`. A name that is missing, unused or of another shape is refused."""
    if not os.path.isfile(f"{folder}/config.json"):
        raise SystemExit(f"{folder}: no config.json there; a checkpoint folder has one.")
    model, report = AutoModelForCausalLM.from_pretrained(
        folder, dtype=dtype, attn_implementation=attention, output_loading_info=True
    )
    wrong = {kind: sorted(map(str, names)) for kind, names in report.items() if names}
    if wrong:
        raise SystemExit(f"{folder}: HF transformers loads it only with complaints: {wrong}")
    return model.eval()


def add_adapter(model, folder, trainable=False):
    """The model with the stored adapter. Names or values that PEFT did not take are refused."""
    adapted = PeftModel.from_pretrained(model, folder, is_trainable=trainable)
    stored = load_file(f"{folder}/adapter_model.safetensors")
    loaded = get_peft_model_state_dict(adapted, save_embedding_layers=False)
    if stored.keys() != loaded.keys():
        differing = sorted(stored.keys() ^ loaded.keys())
        raise SystemExit(f"{folder}: names that only the file or only PEFT has: {differing}")
    for name, tensor in stored.items():
        if not torch.equal(loaded[name].float(), tensor.float()):
            raise SystemExit(f"{folder}: '{name}' is not what PEFT has after loading it.")
    return adapted.train() if trainable else adapted.eval()


def new_adapter(model, *, rank, alpha, targets, seed, b_deviation):
    """A fresh adapter: A ~ N(0, 1 / input size), B ~ N(0, b_deviation²)."""
    adapted = get_peft_model(model, LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM",
        target_modules=[f"{target}_proj" for target in targets],
    ))
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(adapted.named_parameters()):
        if "lora_A" in name:
            deviation = parameter.shape[1] ** -0.5
        elif "lora_B" in name:
            deviation = b_deviation
        else:
            continue
        parameter.data = deviation * torch.randn(parameter.shape, generator=generator)
    return adapted


def save_adapter(model, folder):
    """Saves in PEFT's format, byte for byte the same anywhere, and without the model card."""
    config = model.peft_config["default"]
    config.base_model_name_or_path = "checkpoint"    # else the path on this machine
    config.target_modules = sorted(config.target_modules)    # else in a set's order
    model.save_pretrained(folder, save_embedding_layers=False)
    if os.path.exists(card := f"{folder}/README.md"):
        os.remove(card)


@torch.no_grad()
def logits(model, ids):
    """`[tokens, vocabulary]` for one sequence alone."""
    return model(torch.tensor([ids])).logits[0].contiguous()


@torch.no_grad()
def last_logits(model, sequences):
    """`[sequences, vocabulary]` at each one's last position, each run whole and alone."""
    return torch.stack([model(torch.tensor([ids])).logits[0, -1] for ids in sequences])


@torch.no_grad()
def last_logits_cached(model, prefix, suffixes):
    """The same with the prefix's keys and values computed first."""
    rows = []
    for suffix in suffixes:
        cache = model(torch.tensor([prefix]), use_cache=True).past_key_values
        rows.append(model(torch.tensor([suffix]), past_key_values=cache).logits[0, -1])
    return torch.stack(rows)


@torch.no_grad()
def last_logits_padded(model, sequences):
    """The same as one right-padded batch."""
    longest = max(map(len, sequences))
    ids = torch.zeros(len(sequences), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, :len(sequence)] = torch.tensor(sequence)
        mask[row, :len(sequence)] = 1
    last = torch.tensor([len(sequence) - 1 for sequence in sequences])
    return model(ids, attention_mask=mask).logits[torch.arange(len(sequences)), last]


def token_log_probabilities(logits, ids):
    """log p(ids[t + 1] | ids[..t]) in float32, `[tokens - 1]`."""
    following = torch.tensor(ids[1:], dtype=torch.long)[:, None]
    return logits[:-1].float().log_softmax(-1).gather(1, following)[:, 0]


def largest_difference(left, right):
    """The largest absolute difference of two tensors, compared in float32."""
    return float((left.float() - right.float()).abs().max()) if left.numel() else 0.0
