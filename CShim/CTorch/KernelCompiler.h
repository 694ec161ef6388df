// Private to the shim: our CUDA sources, and NVRTC, which turns them into machine code.
#pragma once

#include <string>

#include "KernelCache.h"

namespace ct {

/// Each kernel of kernels/*.cu; there it stands once for each type, as `norm_bfloat16`.
enum class Kernel {
    norm, norm_backward, swiglu, swiglu_backward, rotate, cross_entropy,
    narrow_product, add_product, outer_product, attention_merge, adamw,
};
constexpr const char *kernel_names[] = {
    "norm", "norm_backward", "swiglu", "swiglu_backward", "rotate", "cross_entropy",
    "narrow_product", "add_product", "outer_product", "attention_merge", "adamw",
};
constexpr const char *kernel_types[] = {"bfloat16", "float32", "float64"};
constexpr size_t kernel_count = std::size(kernel_names), kernel_type_count = std::size(kernel_types);
static_assert(kernel_count == static_cast<size_t>(Kernel::adamw) + 1);

/// Why nothing can be compiled here; empty when NVRTC is loaded.
const std::string &compiler_absence();

/// All kernels as one cubin for a compute capability (90 is sm_90). Needs no device.
///
/// - Throws: `c10::Error` with NVRTC's log, or when a kernel of `kernel_names` is not in the cubin.
std::string compiled_kernels(int capability);

/// The same from a cache where it lies there, else compiled and put there. With `afresh`, what lies
/// there is replaced.
std::string cached_kernels(int capability, bool afresh,
                           const KernelCache &cache = KernelCache::of_user());

} // namespace ct
