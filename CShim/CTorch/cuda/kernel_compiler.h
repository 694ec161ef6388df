// Compiles the sources in cuda/kernels by NVRTC, or takes the machine code from the cache on disk.
#pragma once

#include <string>

#include "cuda/kernel_cache.h"

namespace ct {

/// The kernels of cuda/kernels. Each exists once for each type, as `norm_bfloat16`.
enum class Kernel {
    norm, norm_backward, swiglu, swiglu_backward, rotate, cross_entropy,
    low_rank_down, low_rank_up, low_rank_gradient, attention_merge,
};
constexpr const char *kernel_names[] = {
    "norm", "norm_backward", "swiglu", "swiglu_backward", "rotate", "cross_entropy",
    "low_rank_down", "low_rank_up", "low_rank_gradient", "attention_merge",
};
constexpr const char *kernel_types[] = {"bfloat16", "float32", "float64"};
constexpr size_t kernel_count = std::size(kernel_names),
                 kernel_type_count = std::size(kernel_types);
static_assert(kernel_count == static_cast<size_t>(Kernel::attention_merge) + 1);

/// Why nothing can be compiled here; empty where NVRTC is loaded.
const std::string &compiler_unavailable_reason();

/// All kernels as one cubin for a compute capability (90 is sm_90). Needs no device.
///
/// - Throws: `c10::Error` with NVRTC's log, or when a kernel of `kernel_names` is not in the cubin.
std::string compiled_kernels(int capability);

/// The same by way of a cache. With `recompile`, the cached code is replaced.
std::string cached_kernels(int capability, bool recompile,
                           const KernelCache &cache = KernelCache::of_user());

} // namespace ct
