/// The CUDA kernels of CShim/CTorch/cuda/kernels on the CPU, for tests without a GPU.
#ifndef KERNEL_EMULATOR_H
#define KERNEL_EMULATOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Runs every thread of every block of `kernel`, such as "norm_bfloat16", one block after the other.
///
/// The threads of a block take turns at barriers and exchanges within a warp, as the hardware's do;
/// races between them are not found. `arguments` are pointers, integers and doubles, as bits.
/// `threads` is a multiple of 32. Not for several threads at once.
///
/// - Returns: false when there is no such kernel, it takes another count of arguments, or only some
///   of a block's threads reached a barrier
bool kernel_emulate(const char *_Nonnull kernel, const ptrdiff_t grid[_Nonnull 3],
                    ptrdiff_t threads, const uint64_t *_Nonnull arguments, ptrdiff_t count);

#ifdef __cplusplus
}
#endif
#endif
