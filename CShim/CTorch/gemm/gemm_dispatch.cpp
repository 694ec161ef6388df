// Which backend multiplies; gemm_dispatch.h is the contract.
#include "gemm/gemm_dispatch.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <utility>

#include "gemm/gemm_f16.h"
#include "gemm/gemm_f32.h"

using at::Tensor;
using namespace ct;

namespace {

ct_gemm_backend fastest_backend() {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    if (!__builtin_cpu_is("intel") || !__builtin_cpu_supports("avx512f")) return ct_gemm_library;
    constexpr unsigned amx_bf16 = 1u << 22;
    bool has_amx = __get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & amx_bf16) != 0;
    if (has_amx) return ct_gemm_library;
    return has_avx512_fp16() ? ct_gemm_float16 : ct_gemm_float32;
#else
    return ct_gemm_library;
#endif
}

/// The backend of this thread's layers.
ct_gemm_backend &current_backend() {
    static const auto fastest = fastest_backend();
    thread_local auto current = fastest;
    return current;
}

/// Whether a gradient of the product is recorded, which only the library's can be.
bool records(const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias = {}) {
    return at::GradMode::is_enabled() &&
           (x.requires_grad() || weight.requires_grad() || (bias && bias->requires_grad()));
}

/// Whether another backend than the library computes the product, where no gradient is recorded.
bool takes(const Tensor &x, const Tensor &weight) {
    return default_gemm_backend() != ct_gemm_library && x.is_cpu() && weight.is_cpu() &&
           x.scalar_type() == at::kBFloat16 && weight.scalar_type() == at::kBFloat16 &&
           x.dim() == 2 && weight.dim() == 2 && x.size(0) > 0 &&
           std::min(weight.size(0), weight.size(1)) > 1;
}

} // namespace

ct_gemm_backend ct::default_gemm_backend() { return current_backend(); }

ct_gemm_backend ct::exchange_gemm_backend(ct_gemm_backend backend) {
    return std::exchange(current_backend(), backend);
}

const char *ct::unavailable_reason(ct_gemm_backend backend) {
    if (backend != ct_gemm_float16) return "";
#if CT_HAS_F16_KERNELS
    return has_avx512_fp16() ? "" : "this processor has no AVX-512 FP16 instructions";
#else
    return "float16 products need an x86-64 processor with AVX-512 FP16 instructions";
#endif
}

Tensor ct::gemm(ct_gemm_backend backend, const Tensor &x, const Tensor &weight, bool transposed,
                const std::optional<Tensor> &bias) {
    TORCH_CHECK(weight.size(transposed ? 0 : 1) == x.size(1), "a product of ", x.sizes(), " with ",
                weight.sizes(), " has no common axis");
    std::string reason = unavailable_reason(backend);
    TORCH_CHECK(reason.empty(), reason);
    if (backend == ct_gemm_library) return at::linear(x, transposed ? weight.t() : weight, bias);
    auto A = x.contiguous(), W = weight.contiguous();
    auto C = at::empty({x.size(0), weight.size(transposed ? 1 : 0)}, x.options());
    auto bias_floats = bias ? bias->to(at::kFloat).contiguous() : Tensor();
    auto *added = bias ? static_cast<const float *>(bias_floats.data_ptr()) : nullptr;
#if CT_HAS_F16_KERNELS
    if (backend == ct_gemm_float16) {
        gemm_f16(A, W, transposed, added, C);
        return C;
    }
#endif
    gemm_f32(A, W, transposed, added, C);
    return C;
}

Tensor ct::linear_row_invariant(const Tensor &x, const Tensor &weight,
                                const std::optional<Tensor> &bias) {
    if (records(x, weight, bias)) return at::linear(x, weight, bias);
    if (takes(x, weight)) return gemm(default_gemm_backend(), x, weight, false, bias);
    // oneDNN's bfloat16 products sum a row in one order however many rows there are. The exception
    // is a single row, whose long sums it splits among threads: that one is computed as two equal
    // rows.
    bool is_alone = x.is_cpu() && x.scalar_type() == at::kBFloat16 && x.dim() == 2 &&
                    x.size(0) == 1;
    if (!is_alone) return at::linear(x, weight, bias);
    return at::linear(x.expand({2, x.size(1)}).contiguous(), weight, bias).narrow(0, 0, 1);
}

Tensor ct::matmul_row_invariant(const Tensor &x, const Tensor &weight) {
    // In float32 a panel of a head's columns would be as long as the vocabulary.
    bool fits = default_gemm_backend() == ct_gemm_float16 || weight.size(0) <= 1 << 15;
    if (!fits || records(x, weight) || !takes(x, weight)) return at::mm(x, weight);
    return gemm(default_gemm_backend(), x, weight, true, {});
}
