"""A LoRA training run with HF transformers and PEFT, step by step."""

import torch
from transformers import get_cosine_schedule_with_warmup

import reference


def draw(generator, low, high):
    """An integer in low...high."""
    return int(torch.randint(low, high + 1, (1,), generator=generator))


def make_batches(generator, vocabulary, shapes):
    """Right-padded batches; every row's last tokens are its labels, the rest is -100.

    Each of `shapes` gives the rows of a batch, and the smallest and largest number of `tokens` in
    a row and in its `answer`.
    """
    batches = {}
    for index, shape in enumerate(shapes):
        lengths = [draw(generator, *shape["tokens"]) for _ in range(shape["rows"])]
        ids = torch.zeros(len(lengths), max(lengths), dtype=torch.int32)
        mask = torch.zeros_like(ids)
        labels = torch.full_like(ids, -100)
        for row, length in enumerate(lengths):
            first = length - draw(generator, *shape["answer"])
            ids[row, :length] = torch.randint(vocabulary, (length,), generator=generator)
            labels[row, first:length] = ids[row, first:length]
            mask[row, :length] = 1
        batches |= {f"zs.{index}.ids": ids, f"zs.{index}.labels": labels, f"zs.{index}.mask": mask}
    return batches


def train(model, run, batches):
    """Trains the adapter of `model`; returns one record a step, and the first gradients.

    The learning rate of a record is the one used at its step; the gradient norm is that before
    clipping; step s reads batch s mod steps_per_epoch.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    assert named and all("lora_" in name for name, _ in named)
    parameters = [parameter for _, parameter in named]
    optimizer = torch.optim.AdamW(
        parameters, lr=run["lr"], betas=run["betas"], eps=run["eps"],
        weight_decay=run["weight_decay"],
    )
    schedule = get_cosine_schedule_with_warmup(optimizer, run["warmup"], run["steps"])

    records, first_gradients = [], {}
    for step in range(run["steps"]):
        batch = f"zs.{step % run['steps_per_epoch']}"
        loss = model(
            input_ids=batches[f"{batch}.ids"].long(),
            attention_mask=batches[f"{batch}.mask"].long(),
            labels=batches[f"{batch}.labels"].long(),
        ).loss
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            first_gradients = {stored_name(name): p.grad.clone() for name, p in named}
        norm = torch.nn.utils.clip_grad_norm_(parameters, run["clip"])
        records.append({
            "step": step, "lr": optimizer.param_groups[0]["lr"], "lambda": 0.0,
            "zs_loss": loss.item(), "fs_loss": None, "loss": loss.item(),
            "grad_norm": norm.item(),
        })
        optimizer.step()
        schedule.step()
    return records, first_gradients


def stored_name(name):
    """The name that PEFT writes for a parameter."""
    return name.replace(".default", "")


def trained(model):
    """A copy of the adapter's tensors, by their stored names."""
    return {stored_name(name): p.detach().clone()
            for name, p in model.named_parameters() if p.requires_grad}


def differences(left, right):
    """How far two runs are apart; each is (records, adapter tensors, probe logits)."""
    pairs = list(zip(left[0], right[0], strict=True))
    return {
        "loss": max(abs(a["loss"] - b["loss"]) for a, b in pairs),
        "grad_norm_rel": max(abs(a["grad_norm"] / b["grad_norm"] - 1) for a, b in pairs),
        "adapter": max(reference.largest_difference(left[1][n], right[1][n]) for n in left[1]),
        "probe_logits": reference.largest_difference(left[2], right[2]),
    }
