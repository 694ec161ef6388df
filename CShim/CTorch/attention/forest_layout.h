// What attends to what in a forward pass, made ready once for all of its layers.
#pragma once

#include "attention/attention_flash_varlen.h"
#include "attention/attention_tiled.h"
#include "support/guard.h"

namespace ct {

/// The blocks of a forward pass, checked against tensors of one kind and sorted for its kernels.
struct ForestLayout {
    std::vector<ct_attention_block> blocks;
    /// Whether a block, where neither tiles nor flash attention take it, is a composition of library
    /// operations.
    bool reference;
    /// For each block, whether its rows already have a value from an earlier one.
    std::vector<bool> merges;
    bool any_merges = false;
    /// The blocks as rectangles for the tiles; empty where the tiles do not take the tensors.
    AttentionWaves waves;
    /// The waves as calls of flash attention; empty where it does not take the tensors.
    std::vector<FlashCall> flash;

    /// Throws c10::Error for blocks that do not fit the tensors or each other.
    ForestLayout(const std::vector<ct_attention_block> &blocks, const at::Tensor &query,
                 const at::Tensor &key, ct_attention_path path, bool with_gradient);

  private:
    void check(int64_t queries, int64_t keys);
    void make_waves(int64_t queries);
};

/// The blocks of a forward pass, and their layout for the last kind of tensors that they met: the
/// layers of a model all have the same.
class ForestLayouts {
  public:
    ForestLayouts(const ct_attention_block *first, ptrdiff_t count) : blocks(first, first + count) {}

    std::shared_ptr<const ForestLayout> of(const at::Tensor &query, const at::Tensor &key,
                                           ct_attention_path path, bool with_gradient);

  private:
    std::vector<ct_attention_block> blocks;
    std::shared_ptr<const ForestLayout> last;
    /// What `last` was made for.
    struct Kind {
        std::vector<int64_t> shapes_and_strides;
        at::ScalarType type;
        at::Device device;
        ct_attention_path path;
        bool with_gradient;
        bool operator==(const Kind &other) const;
    };
    std::optional<Kind> kind;
};

} // namespace ct
