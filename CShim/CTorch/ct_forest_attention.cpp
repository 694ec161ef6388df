#include "FlashForest.h"
#include "ForestAttentionTiles.h"
#include "Guard.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace ct;
using at::Tensor;

// Attention over a packed forest, block by block. A row's softmax runs over several blocks: each
// block gives its output and log-sum-exp, and `merge` joins them. The backward pass calls each
// block's backward with the *merged* output and log-sum-exp and adds the gradients, which is exact
// (the way ring attention does it, arXiv 2310.01889). On the CPU a pass over whole segments goes
// through tiles of our own; what remains, decoding, through libtorch's kernels. On CUDA such a pass
// is a few calls of varlen flash attention; what remains is a composition.

namespace {

/// A block as the kernels want it: [keyHeads, group, rows, headSize]. Never copies.
struct Rectangle {
    const ct_attention_block &block;
    ptrdiff_t key_heads, group;

    Tensor query(const Tensor &all) const {
        auto head = all.stride(1);
        return view(all, block.query_start, block.query_count, group * head, head);
    }
    /// The heads of a group share a key head: their stride is 0.
    Tensor key(const Tensor &all) const {
        return view(all, block.key_start, block.key_count, all.stride(1), 0);
    }

  private:
    /// Rows of a [tokens, heads, …] tensor.
    Tensor view(const Tensor &all, ptrdiff_t start, ptrdiff_t rows, ptrdiff_t key_head,
                ptrdiff_t head) const {
        std::vector<int64_t> shape{key_heads, group, rows}, strides{key_head, head, all.stride(0)};
        if (all.dim() == 3) {
            shape.push_back(all.size(2));
            strides.push_back(all.stride(2));
        }
        return all.as_strided(shape, strides, all.storage_offset() + start * all.stride(0));
    }
};

Tensor causal_mask(const Tensor &scores) {
    return at::ones({scores.size(-2), scores.size(-1)}, scores.options().dtype(at::kBool)).triu(1);
}

/// Output and log-sum-exp (float32 or float64) of one rectangle.
std::pair<Tensor, Tensor> forward(const Tensor &q, const Tensor &k, const Tensor &v, bool causal,
                                  double scale, bool plain) {
    if (!plain) {
        auto [out, lse] =
            at::_scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, causal, {}, scale);
        return {out, lse};
    }
    auto type = wide_type(q);
    auto scores = at::matmul(q.to(type), k.to(type).transpose(-1, -2)) * scale;
    if (causal) scores.masked_fill_(causal_mask(scores), -std::numeric_limits<double>::infinity());
    auto lse = scores.logsumexp(-1);
    auto out = at::matmul((scores - lse.unsqueeze(-1)).exp(), v.to(type));
    return {out.to(q.scalar_type()), lse};
}

/// Gradients of one rectangle, given the merged output and log-sum-exp.
std::tuple<Tensor, Tensor, Tensor> backward(const Tensor &grad, const Tensor &q, const Tensor &k,
                                            const Tensor &v, const Tensor &out, const Tensor &lse,
                                            bool causal, double scale, bool plain) {
    if (!plain)
        return at::_scaled_dot_product_flash_attention_for_cpu_backward(
            grad, q, k, v, out, lse, 0.0, causal, {}, scale);
    auto type = lse.scalar_type();
    auto scores = at::matmul(q.to(type), k.to(type).transpose(-1, -2)) * scale;
    auto weights = (scores - lse.unsqueeze(-1)).exp();
    if (causal) weights.masked_fill_(causal_mask(scores), 0);
    auto g = grad.to(type);
    auto grad_v = at::matmul(weights.transpose(-1, -2), g);
    auto delta = (g * out.to(type)).sum(-1, /*keepdim=*/true);
    auto grad_scores = weights * (at::matmul(g, v.to(type).transpose(-1, -2)) - delta) * scale;
    return {at::matmul(grad_scores, k.to(type)), at::matmul(grad_scores.transpose(-1, -2), q.to(type)),
            grad_v};
}

struct Layout {
    std::vector<ct_attention_block> blocks;
    ptrdiff_t key_heads, group;
    double scale;
    bool plain;
    /// For each block, whether its rows already have a value from an earlier one.
    std::vector<bool> merges;
    bool any_merges = false;
    /// The same as rectangles for the tiles; empty where these do not serve.
    AttentionWaves waves;
    /// The waves as calls of flash attention; empty where these do not serve.
    std::vector<FlashCall> flash;

    Layout(const ct_attention_block *first, ptrdiff_t count, const Tensor &query, const Tensor &key,
           double scale, bool plain)
        : blocks(first, first + count), key_heads(key.size(1)),
          group(query.size(1) / key.size(1)), scale(scale), plain(plain) {
        std::vector<bool> seen(query.size(0));
        for (auto &block : blocks) {
            auto end = block.query_start + block.query_count;
            TORCH_CHECK(block.query_count > 0 && block.key_count > 0 && block.query_start >= 0 &&
                            block.key_start >= 0 && end <= query.size(0) &&
                            block.key_start + block.key_count <= key.size(0),
                        "an attention block reaches outside its tensors");
            bool merge = seen[block.query_start];
            for (auto row = block.query_start; row < end; ++row) {
                TORCH_CHECK(seen[row] == merge, "an attention block has rows both old and new");
                seen[row] = true;
            }
            merges.push_back(merge);
            any_merges = any_merges || merge;
        }
        for (bool row : seen) TORCH_CHECK(row, "an attention query stands in no block");
        if (plain) return;
        if (has_attention_tiles(query) || query.is_cuda()) arrange(query.size(0));
        if (!query.is_cuda()) return;
        if (has_flash_attention(query, waves)) flash = flash_calls(waves, query, key);
        waves.clear();
        this->plain = true; // libtorch's kernels for single blocks are the CPU's
    }

    /// Sorts the blocks into waves.
    void arrange(ptrdiff_t queries) {
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

    template <typename Body> void for_each(Body &&body) const {
        for (size_t i = 0; i < blocks.size(); ++i)
            body(Rectangle{blocks[i], key_heads, group}, merges[i]);
    }
};

/// The merged output [queries, heads, headSize] and log-sum-exp [queries, heads] ([heads, queries] of
/// flash attention).
std::pair<Tensor, Tensor> run(const Layout &layout, const Tensor &q, const Tensor &k,
                              const Tensor &v) {
    if (!layout.flash.empty()) return flash_attention(layout.flash, q, k, v, layout.scale);
    auto wide = wide_type(q);
    if (!layout.waves.empty()) {
        auto out = at::empty(q.sizes(), q.options().dtype(at::kFloat));
        auto lse = at::empty({q.size(0), q.size(1)}, q.options().dtype(at::kFloat));
        attention_tiles(layout.waves, q, k, v, layout.scale, out, lse);
        return {out.to(q.scalar_type()), lse};
    }
    auto out = at::empty(q.sizes(), q.options().dtype(layout.any_merges ? wide : q.scalar_type()));
    auto lse = at::empty({q.size(0), q.size(1)}, q.options().dtype(wide));
    layout.for_each([&](const Rectangle &r, bool merges) {
        auto [part, part_lse] =
            forward(r.query(q), r.key(k), r.key(v), r.block.causal, layout.scale,
                    layout.plain);
        auto here = r.query(out), here_lse = r.query(lse);
        if (!merges) {
            here.copy_(part);
            here_lse.copy_(part_lse);
            return;
        }
        auto joined = at::logaddexp(here_lse, part_lse);
        here.mul_((here_lse - joined).exp_().unsqueeze(-1));
        here.add_(part.to(wide) * (part_lse - joined).exp_().unsqueeze(-1));
        here_lse.copy_(joined);
    });
    return {out.to(q.scalar_type()), lse};
}

struct ForestAttention : torch::autograd::Function<ForestAttention> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &q,
                          const Tensor &k, const Tensor &v, std::shared_ptr<Layout> layout) {
        auto [out, lse] = run(*layout, q, k, v);
        context->save_for_backward({q, k, v, out, lse});
        context->saved_data["layout"] = c10::IValue::make_capsule(
            c10::make_intrusive<Holder>(std::move(layout)));
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto &q = saved[0], &k = saved[1], &v = saved[2], &out = saved[3], &lse = saved[4];
        auto holder = c10::static_intrusive_pointer_cast<Holder>(
            context->saved_data["layout"].toCapsule());
        auto &layout = *holder->layout;
        auto grad = gradients[0].contiguous();
        if (!layout.flash.empty()) {
            auto [of_q, of_k, of_v] =
                flash_attention_backward(layout.flash, q, k, v, layout.scale, grad, out, lse);
            return {of_q, of_k, of_v, Tensor()};
        }
        if (!layout.waves.empty()) {
            auto zeros = [&](size_t index, const Tensor &like) {
                return context->needs_input_grad(index)
                           ? at::zeros(like.sizes(), like.options().dtype(at::kFloat))
                           : Tensor();
            };
            auto grad_q = zeros(0, q), grad_k = zeros(1, k), grad_v = zeros(2, v);
            attention_tiles_backward(layout.waves, q, k, v, layout.scale, grad, out, lse, grad_q,
                                     grad_k, grad_v);
            auto like_input = [&](const Tensor &x) {
                return x.defined() ? x.to(q.scalar_type()) : x;
            };
            return {like_input(grad_q), like_input(grad_k), like_input(grad_v), Tensor()};
        }
        auto grad_q = at::zeros(q.sizes(), q.options());
        auto grad_k = at::zeros(k.sizes(), k.options()), grad_v = at::zeros(v.sizes(), v.options());
        layout.for_each([&](const Rectangle &r, bool) {
            auto [gq, gk, gv] = ::backward(
                r.query(grad), r.query(q), r.key(k), r.key(v),
                r.query(out), r.query(lse), r.block.causal,
                layout.scale, layout.plain);
            r.query(grad_q).add_(gq);
            // The heads of a key head read the same keys: their gradients add up.
            auto once = [&](const Tensor &all) { return r.key(all).select(1, 0); };
            once(grad_k).add_(gk.sum(1));
            once(grad_v).add_(gv.sum(1));
        });
        return {grad_q, grad_k, grad_v, Tensor()};
    }

    struct Holder : torch::CustomClassHolder {
        std::shared_ptr<Layout> layout;
        explicit Holder(std::shared_ptr<Layout> layout) : layout(std::move(layout)) {}
    };
};

} // namespace

ct_status ct_forest_attention(ct_tensor query, ct_tensor key, ct_tensor value,
                              const ct_attention_block *blocks, ptrdiff_t block_count, double scale,
                              bool plain, ct_tensor *out) {
    return guarded([&] {
        auto &q = borrow(query), &k = borrow(key), &v = borrow(value);
        TORCH_CHECK(q.dim() == 3 && k.dim() == 3 && k.sizes() == v.sizes() && k.size(1) > 0 &&
                        q.size(1) % k.size(1) == 0 && q.size(2) == k.size(2),
                    "attention needs query [queries, heads, size] and key, value [keys, keyHeads, "
                    "size] with keyHeads dividing heads; found ",
                    q.sizes(), ", ", k.sizes(), ", ", v.sizes());
        TORCH_CHECK(same_kind(q, k) && same_kind(k, v),
                    "attention needs query, key and value of one type on one device; found ",
                    q.scalar_type(), " on ", q.device(), ", ", k.scalar_type(), " on ", k.device(),
                    ", ", v.scalar_type(), " on ", v.device());
        auto layout = std::make_shared<Layout>(blocks, block_count, q, k, scale, plain);
        if (at::GradMode::is_enabled() &&
            (q.requires_grad() || k.requires_grad() || v.requires_grad()))
            give(out, ForestAttention::apply(q.contiguous(), k.contiguous(), v.contiguous(),
                                             std::move(layout)));
        else
            give(out, run(*layout, q.contiguous(), k.contiguous(), v.contiguous()).first);
    });
}
