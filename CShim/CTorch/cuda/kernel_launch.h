// Launches the CUDA kernels of cuda/kernels on libtorch's streams, by the driver's API.
#pragma once

#include <ATen/ATen.h>

#include <initializer_list>
#include <string>

#include "cuda/kernel_compiler.h"
#include "support/element_types.h"

namespace ct {

/// Why the kernels cannot be used on a CUDA device; empty where they can. The first call loads
/// them, from the cache on disk or through NVRTC.
const std::string &kernels_unavailable_reason(int device);

/// Whether the kernels take the tensor: bfloat16, float32 or float64 on a CUDA device that has
/// them.
bool has_kernels(const at::Tensor &x);

/// Whether a fused operation takes the tensor: by loops on the CPU, by kernels on CUDA.
inline bool has_fused(const at::Tensor &x) { return has_loops(x) || has_kernels(x); }

/// A kernel's argument: a tensor's memory (null where it is undefined), an integer or a number.
union Argument {
    const void *memory;
    int64_t integer;
    double number;

    Argument(const at::Tensor &x) : memory(x.defined() ? x.data_ptr() : nullptr) {}
    Argument(int64_t integer) : integer(integer) {}
    Argument(double number) : number(number) {}
};

struct Grid {
    int64_t x, y = 1, z = 1;
};

/// Queues `kernel` of the type of `like` on the current stream of its device. An empty grid does
/// nothing.
void launch(Kernel kernel, const at::Tensor &like, Grid grid, int64_t threads,
            std::initializer_list<Argument> arguments);

/// Threads for a row, 16 bytes each: a multiple of a warp, at most 256.
int64_t threads_per_row(const at::Tensor &x, int64_t width);

} // namespace ct
