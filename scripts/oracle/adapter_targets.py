"""Writes which linear layers PEFT adapts for the ways to write target_modules and the fields beside."""

from golden_files import write_json  # imports reference, which keeps off the network
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import LoraLayer
from transformers import LlamaConfig, LlamaForCausalLM

LAYER_COUNT = 12
PATH = "model.layers.{}.self_attn.{}_proj"

FORMS = [
    dict(target_modules=["v_proj"]),
    dict(target_modules=["self_attn.v_proj", "mlp.up_proj"]),
    dict(target_modules=[PATH.format(layer, "v") for layer in range(LAYER_COUNT)]),
    dict(target_modules=[PATH.format(1, "q"), PATH.format(1, "v"), PATH.format(11, "q")]),
    # Not layer 10.
    dict(target_modules=["0.self_attn.v_proj", "layers.3.mlp.down_proj"]),
    dict(target_modules=["k_proj", "layers.2.self_attn.v_proj"]),
    dict(target_modules=r".*\.self_attn\.(v_proj)"),
    # unsloth's spelling.
    dict(target_modules=r"(?:.*?(?:language|text).*?(?:self_attn|mlp).*?(?:q_proj|v_proj).*?)|"
         r"(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|mlp)\.(?:(?:q_proj|v_proj)))"),
    # One digit: the first ten layers.
    dict(target_modules=r"model\.layers\.[0-9]\.self_attn\.[qv]_proj"),
    dict(target_modules=r"(?P<start>.*)layers\.(1[01]|2)\.mlp\.(up|down)_proj$"),
    dict(target_modules=r"^(?!.*layers\.(0|1)\.).*(q_proj|o_proj)"),
    dict(target_modules="all-linear"),
    dict(target_modules="All-Linear", exclude_modules=["o_proj", "mlp.gate_proj", "lm_head"]),
    dict(target_modules=["q_proj", "v_proj"], exclude_modules=r".*\.q_proj"),
    dict(target_modules=["q_proj", "v_proj"], exclude_modules=r".*layers\.(0|11)\..*"),
    dict(target_modules=["q_proj", "v_proj"], exclude_modules=[PATH.format(4, "q"), "5.mlp.up_proj"]),
    dict(target_modules=["v_proj"], exclude_modules=["v"]),
    dict(target_modules=["v_proj"], layers_to_transform=3),
    dict(target_modules=["v_proj", "mlp.up_proj"], layers_to_transform=[0, 11]),
    dict(target_modules=["v_proj"], layers_to_transform=[2, 3], layers_pattern=["h", "layers"]),
    # A whole path is adapted in other layers too.
    dict(target_modules=["v_proj", PATH.format(7, "q"), "layers.8.self_attn.k_proj"],
         layers_to_transform=[1, 2]),
]


def adapted(form):
    """Paths of the layers that PEFT adapts, in the model's order."""
    config = LlamaConfig(
        hidden_size=8, intermediate_size=8, num_hidden_layers=LAYER_COUNT, num_attention_heads=2,
        vocab_size=8)
    model = get_peft_model(LlamaForCausalLM(config), LoraConfig(r=1, task_type="CAUSAL_LM", **form))
    return [name.removeprefix("base_model.model.") for name, module in model.named_modules()
            if isinstance(module, LoraLayer)]


def make_targets(path):
    write_json([{"config": form, "adapted": adapted(form)} for form in FORMS], path)
