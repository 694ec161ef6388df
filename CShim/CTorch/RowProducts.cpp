#include "RowProducts.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "HalfProducts.h"
#include "WideProducts.h"

using at::Tensor;
using namespace ct;

namespace {

ct_product_way fastest_way() {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    if (!__builtin_cpu_is("intel") || !__builtin_cpu_supports("avx512f")) return ct_product_library;
    constexpr unsigned amx_bf16 = 1u << 22;
    bool has_amx = __get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & amx_bf16) != 0;
    if (has_amx) return ct_product_library;
    return has_half_instructions() ? ct_product_float16 : ct_product_float32;
#else
    return ct_product_library;
#endif
}

bool is_ours(const Tensor &x, const Tensor &weight) {
    return way_of_products() != ct_product_library && x.is_cpu() && weight.is_cpu() &&
           x.scalar_type() == at::kBFloat16 && weight.scalar_type() == at::kBFloat16 &&
           x.dim() == 2 && weight.dim() == 2 && x.size(0) > 0 &&
           std::min(weight.size(0), weight.size(1)) > 1 && !at::GradMode::is_enabled();
}

} // namespace

ct_product_way ct::way_of_products() {
    static auto answer = fastest_way();
    return answer;
}

Tensor ct::product_of_way(ct_product_way way, const Tensor &x, const Tensor &weight, bool turned,
                          const std::optional<Tensor> &bias) {
    TORCH_CHECK(weight.size(turned ? 0 : 1) == x.size(1), "a product of ", x.sizes(), " with ",
                weight.sizes(), " has no common axis");
    if (way == ct_product_library) return at::linear(x, turned ? weight.t() : weight, bias);
    auto left = x.contiguous(), right = weight.contiguous();
    auto out = at::empty({x.size(0), weight.size(turned ? 1 : 0)}, x.options());
    auto offset = bias ? bias->to(at::kFloat).contiguous() : Tensor();
    auto *added = bias ? static_cast<const float *>(offset.data_ptr()) : nullptr;
    auto *product = way == ct_product_float16 ? half_product : wide_product;
    product(left, right, turned, added, out);
    return out;
}

Tensor ct::linear_by_rows(const Tensor &x, const Tensor &weight,
                          const std::optional<Tensor> &bias) {
    if (is_ours(x, weight)) return product_of_way(way_of_products(), x, weight, false, bias);
    // oneDNN's bfloat16 products sum a row in one order however many rows there are, but for a single
    // row, whose long sums it splits among threads: that one is computed twice over.
    bool is_alone = x.is_cpu() && x.scalar_type() == at::kBFloat16 && x.dim() == 2 &&
                    x.size(0) == 1 && !at::GradMode::is_enabled();
    if (!is_alone) return at::linear(x, weight, bias);
    return at::linear(x.expand({2, x.size(1)}).contiguous(), weight, bias).narrow(0, 0, 1);
}

Tensor ct::product_by_rows(const Tensor &x, const Tensor &weight) {
    // In float32 a piece of a head's columns would be as long as the vocabulary.
    bool fits = way_of_products() == ct_product_float16 || weight.size(0) <= 1 << 15;
    if (!fits || !is_ours(x, weight)) return at::mm(x, weight);
    return product_of_way(way_of_products(), x, weight, true, {});
}
