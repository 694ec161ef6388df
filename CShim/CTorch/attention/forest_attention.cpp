// ct_forest_attention: O = softmax(Q Kᵀ · scale) V over a packed forest, block by block.
//
// A row's softmax runs over several blocks: each gives its output and log-sum-exp, which are
// merged. The backward pass calls each block's backward with the merged output and log-sum-exp and
// sums the gradients. That is exact (ring attention, Liu et al., arXiv 2310.01889).
//
// On the CPU float32 and bfloat16 go through the tiles of attention_tiled.h, other types through
// libtorch's CPU flash attention. On CUDA a forest is a few calls of attention_flash_varlen.h; what
// these do not take is a composition of library operations, which is also the reference.
#include "attention/attention_composed.h"
#include "attention/forest_layout.h"
#include "support/guard.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace ct;
using at::Tensor;

namespace {

template <typename Body>
void for_each_block(const ForestLayout &layout, const Tensor &q, const Tensor &k, Body &&body) {
    for (size_t i = 0; i < layout.blocks.size(); ++i)
        body(BlockView{layout.blocks[i], k.size(1), q.size(1) / k.size(1)}, layout.merges[i]);
}

/// The merged output [queries, heads, headSize] and log-sum-exp [queries, heads] ([heads, queries]
/// of flash attention).
std::pair<Tensor, Tensor> run(const ForestLayout &layout, const Tensor &q, const Tensor &k,
                              const Tensor &v, double scale) {
    if (!layout.flash.empty()) return flash_attention(layout.flash, q, k, v, scale);
    auto wide = wide_type(q);
    if (!layout.waves.empty()) {
        auto out = at::empty(q.sizes(), q.options().dtype(at::kFloat));
        auto lse = at::empty({q.size(0), q.size(1)}, q.options().dtype(at::kFloat));
        attention_tiles(layout.waves, q, k, v, scale, out, lse);
        return {out.to(q.scalar_type()), lse};
    }
    auto out = at::empty(q.sizes(), q.options().dtype(layout.any_merges ? wide : q.scalar_type()));
    auto lse = at::empty({q.size(0), q.size(1)}, q.options().dtype(wide));
    for_each_block(layout, q, k, [&](const BlockView &r, bool merges) {
        auto [part, part_lse] =
            compose(r.query(q), r.key(k), r.key(v), r.block.causal, scale, layout.reference);
        auto here = r.query(out), here_lse = r.query(lse);
        if (!merges) {
            here.copy_(part);
            here_lse.copy_(part_lse);
            return;
        }
        auto merged = at::logaddexp(here_lse, part_lse);
        here.mul_((here_lse - merged).exp_().unsqueeze(-1));
        here.add_(part.to(wide) * (part_lse - merged).exp_().unsqueeze(-1));
        here_lse.copy_(merged);
    });
    return {out.to(q.scalar_type()), lse};
}

struct ForestAttention : torch::autograd::Function<ForestAttention> {
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &q,
                          const Tensor &k, const Tensor &v,
                          std::shared_ptr<const ForestLayout> layout, double scale) {
        auto [out, lse] = run(*layout, q, k, v, scale);
        context->save_for_backward({q, k, v, out, lse});
        context->saved_data["layout"] =
            c10::IValue::make_capsule(c10::make_intrusive<Holder>(std::move(layout)));
        context->saved_data["scale"] = scale;
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto &q = saved[0], &k = saved[1], &v = saved[2], &out = saved[3], &lse = saved[4];
        auto holder =
            c10::static_intrusive_pointer_cast<Holder>(context->saved_data["layout"].toCapsule());
        auto &layout = *holder->layout;
        auto scale = context->saved_data["scale"].toDouble();
        auto dO = gradients[0].contiguous();
        if (!layout.flash.empty()) {
            auto [dQ, dK, dV] =
                flash_attention_backward(layout.flash, q, k, v, scale, dO, out, lse);
            return {dQ, dK, dV, Tensor(), Tensor()};
        }
        if (!layout.waves.empty()) {
            auto zeros = [&](size_t index, const Tensor &like) {
                return context->needs_input_grad(index)
                           ? at::zeros(like.sizes(), like.options().dtype(at::kFloat))
                           : Tensor();
            };
            auto dQ = zeros(0, q), dK = zeros(1, k), dV = zeros(2, v);
            attention_tiles_backward(layout.waves, q, k, v, scale, dO, out, lse, dQ, dK, dV);
            auto like_input = [&](const Tensor &x) {
                return x.defined() ? x.to(q.scalar_type()) : x;
            };
            return {like_input(dQ), like_input(dK), like_input(dV), Tensor(), Tensor()};
        }
        auto dQ = at::zeros(q.sizes(), q.options());
        auto dK = at::zeros(k.sizes(), k.options()), dV = at::zeros(v.sizes(), v.options());
        for_each_block(layout, q, k, [&](const BlockView &r, bool) {
            auto [dq, dk, dv] =
                compose_backward(r.query(dO), r.query(q), r.key(k), r.key(v), r.query(out),
                                 r.query(lse), r.block.causal, scale, layout.reference);
            r.query(dQ).add_(dq);
            // The heads of a group read the same keys: their gradients are summed.
            auto once = [&](const Tensor &all) { return r.key(all).select(1, 0); };
            once(dK).add_(dk.sum(1));
            once(dV).add_(dv.sum(1));
        });
        return {dQ, dK, dV, Tensor(), Tensor()};
    }

    struct Holder : torch::CustomClassHolder {
        std::shared_ptr<const ForestLayout> layout;
        explicit Holder(std::shared_ptr<const ForestLayout> layout) : layout(std::move(layout)) {}
    };
};

} // namespace

ct_status ct_attention_layout_create(const ct_attention_block *blocks, ptrdiff_t count,
                                     ct_attention_layout *out) {
    return guarded([&] { out->impl = new ForestLayouts(blocks, count); });
}
void ct_attention_layout_free(ct_attention_layout layout) {
    delete static_cast<ForestLayouts *>(layout.impl);
}

ct_status ct_forest_attention(ct_tensor query, ct_tensor key, ct_tensor value,
                              ct_attention_layout layout, double scale, ct_attention_path path,
                              ct_tensor *out) {
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
        auto &layouts = *static_cast<ForestLayouts *>(layout.impl);
        bool with_gradient = at::GradMode::is_enabled() &&
                             (q.requires_grad() || k.requires_grad() || v.requires_grad());
        auto rows = q.contiguous();
        if (with_gradient) {
            auto keys = k.contiguous(), values = v.contiguous();
            give(out, ForestAttention::apply(rows, keys, values,
                                             layouts.of(rows, keys, path, true), scale));
            return;
        }
        // Flash attention takes the head-major cache of CUDA as it is; nothing else does.
        bool alike = k.strides() == v.strides() && k.stride(2) == 1;
        auto keys = alike ? k : k.contiguous(), values = alike ? v : v.contiguous();
        auto made = layouts.of(rows, keys, path, false);
        if (made->flash.empty()) keys = keys.contiguous(), values = values.contiguous();
        give(out, run(*made, rows, keys, values, scale).first);
    });
}
