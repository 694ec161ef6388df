// Private to the shim: runs our CUDA kernels on libtorch's streams.
#pragma once

#include <ATen/ATen.h>

#include <initializer_list>
#include <string>

#include "KernelCompiler.h"
#include "Vectors.h"

namespace ct {

/// Why our kernels are not used on a CUDA device; empty when they are. The first question loads
/// them, from the cache on disk or through NVRTC.
const std::string &kernels_absence(int device);

/// Whether our kernels take the tensor: bfloat16, float32 or float64 on a CUDA device for which they
/// were loaded.
bool has_kernels(const at::Tensor &x);

/// Whether an operation has a form of ours for the tensor: loops on the CPU, kernels on CUDA.
inline bool is_ours(const at::Tensor &x) { return has_loops(x) || has_kernels(x); }

/// What a kernel gets: a tensor's memory (null where it is undefined), an integer or a number.
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

/// Queues `kernel` of the type of `like` on the current stream of its device. An empty grid is no
/// work.
void launch(Kernel kernel, const at::Tensor &like, Grid grid, int64_t threads,
            std::initializer_list<Argument> arguments);

/// The least multiple of a warp that gives each thread of a row one load of 16 bytes, at most 256.
int64_t threads_of_row(const at::Tensor &x, int64_t width);

inline int64_t pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

} // namespace ct
