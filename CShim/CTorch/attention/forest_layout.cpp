#include "attention/forest_layout.h"

#include <algorithm>

using namespace ct;
using at::Tensor;

ForestLayout::ForestLayout(const std::vector<ct_attention_block> &all, const Tensor &query,
                           const Tensor &key, ct_attention_path path, bool with_gradient)
    : blocks(all), reference(path == ct_attention_composed) {
    check(query.size(0), key.size(0));
    if (reference) return;
    bool composed = path == ct_attention_flash_composed;
    if (has_attention_tiles(query) || query.is_cuda() || composed) make_waves(query.size(0));
    if (!query.is_cuda() && !composed) return;
    if ((has_flash_attention(query) || composed) && are_flash_calls(waves))
        flash = flash_calls(waves, query, key, with_gradient, composed);
    waves.clear();
    reference = true; // libtorch's single-block kernels are for the CPU alone
}

void ForestLayout::check(int64_t queries, int64_t keys) {
    std::vector<bool> seen(queries);
    for (auto &block : blocks) {
        auto end = block.query_start + block.query_count;
        TORCH_CHECK(block.query_count > 0 && block.key_count > 0 && block.query_start >= 0 &&
                        block.key_start >= 0 && end <= queries &&
                        block.key_start + block.key_count <= keys,
                    "an attention block reaches outside its tensors");
        bool merge = seen[block.query_start];
        for (auto row = block.query_start; row < end; ++row) {
            TORCH_CHECK(seen[row] == merge, "an attention block has rows both old and new");
            seen[row] = true;
        }
        merges.push_back(merge);
        any_merges = any_merges || merge;
    }
    for (bool row : seen) TORCH_CHECK(row, "an attention query is in no block");
}

/// Sorts the blocks into waves: a block comes one wave after the last one with a row of its own.
void ForestLayout::make_waves(int64_t queries) {
    std::vector<size_t> wave_of_row(queries, 0);
    for (size_t i = 0; i < blocks.size(); ++i) {
        auto &block = blocks[i];
        auto rows = wave_of_row.begin() + block.query_start;
        auto wave = *std::max_element(rows, rows + block.query_count);
        std::fill_n(rows, block.query_count, wave + 1);
        if (waves.size() <= wave) waves.resize(wave + 1);
        waves[wave].push_back({block.query_start, block.query_count, block.key_start,
                               block.key_count, block.causal, merges[i], block.row_wise});
    }
}

bool ForestLayouts::Kind::operator==(const Kind &other) const {
    return shapes_and_strides == other.shapes_and_strides && type == other.type &&
           device == other.device && path == other.path &&
           with_gradient == other.with_gradient;
}

std::shared_ptr<const ForestLayout> ForestLayouts::of(const Tensor &query, const Tensor &key,
                                                      ct_attention_path path, bool with_gradient) {
    Kind found{{}, query.scalar_type(), query.device(), path, with_gradient};
    for (auto numbers : {query.sizes(), key.sizes(), key.strides()})
        found.shapes_and_strides.insert(found.shapes_and_strides.end(), numbers.begin(),
                                        numbers.end());
    if (!last || !(kind == found)) {
        last = std::make_shared<ForestLayout>(blocks, query, key, path, with_gradient);
        kind = std::move(found);
    }
    return last;
}
