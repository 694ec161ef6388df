#include "KernelEmulator.h"

#include <ucontext.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

// Each thread of a block is a coroutine, and a barrier hands over to the next one: when the turn comes
// back, all have arrived. An exchange within a warp is two barriers with a slot for each thread.

namespace {

struct Place {
    unsigned x = 1, y = 1, z = 1;
} threadIdx, blockIdx, blockDim, gridDim;

ucontext_t scheduler;
std::vector<ucontext_t> coroutines;
std::vector<char> has_ended;
std::function<void()> body;
uint64_t slots[1024];

void run_thread() {
    auto self = threadIdx.x;
    body();
    has_ended[self] = true;
    swapcontext(&coroutines[self], &scheduler);
}

void barrier() {
    swapcontext(&coroutines[threadIdx.x], &scheduler);
}

/// - Returns: false when some threads ended while others stood at a barrier
bool run_block(std::vector<std::vector<char>> &stacks) {
    auto count = stacks.size();
    coroutines.assign(count, {});
    has_ended.assign(count, false);
    for (size_t i = 0; i < count; ++i) {
        getcontext(&coroutines[i]);
        coroutines[i].uc_stack.ss_sp = stacks[i].data();
        coroutines[i].uc_stack.ss_size = stacks[i].size();
        makecontext(&coroutines[i], run_thread, 0);
    }
    for (;;) {
        for (unsigned i = 0; i < count; ++i) {
            threadIdx = {i, 0, 0};
            swapcontext(&scheduler, &coroutines[i]);
        }
        auto ended = std::count(has_ended.begin(), has_ended.end(), true);
        if (ended != 0) return ended == static_cast<ptrdiff_t>(count);
    }
}

// What the kernels use of CUDA.

#define __global__
#define __device__
#define __shared__ static

void __syncthreads() { barrier(); }

template <typename W> W __shfl_xor_sync(unsigned, W x, int step) {
    std::memcpy(&slots[threadIdx.x], &x, sizeof x);
    barrier();
    std::memcpy(&x, &slots[threadIdx.x ^ step], sizeof x);
    barrier();
    return x;
}

float __uint_as_float(unsigned bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}
float __int_as_float(int bits) { return __uint_as_float(bits); }

template <typename B> B emulated_rounding(float x) {
    uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    if (std::isnan(x)) return {0x7fff};
    return {static_cast<unsigned short>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)};
}

using std::abs, std::exp, std::log, std::log1p, std::min, std::sqrt;

#include "../../CShim/CTorch/cuda/kernels/attention_merge.cu"
#include "../../CShim/CTorch/cuda/kernels/cross_entropy.cu"
#include "../../CShim/CTorch/cuda/kernels/elementwise.cu"
#include "../../CShim/CTorch/cuda/kernels/low_rank.cu"
#include "../../CShim/CTorch/cuda/kernels/norm.cu"

struct Entry {
    ptrdiff_t count;
    std::function<void(const uint64_t *)> call;
};

template <typename T> T from_bits(uint64_t bits) {
    static_assert(sizeof(T) == sizeof bits, "a kernel's argument has eight bytes");
    T x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

template <typename... A, size_t... I>
Entry entry(void (*kernel)(A...), std::index_sequence<I...>) {
    return {sizeof...(A), [kernel](const uint64_t *bits) { kernel(from_bits<A>(bits[I])...); }};
}
template <typename... A> Entry entry(void (*kernel)(A...)) {
    return entry(kernel, std::index_sequence_for<A...>());
}

#define ENTRIES(kernel)                                                                            \
    {#kernel "_bfloat16", entry(kernel##_bfloat16)}, {#kernel "_float32", entry(kernel##_float32)}, \
        {#kernel "_float64", entry(kernel##_float64)}
const std::map<std::string, Entry> kernels{
    ENTRIES(norm),            ENTRIES(norm_backward), ENTRIES(swiglu),
    ENTRIES(swiglu_backward), ENTRIES(rotate),        ENTRIES(cross_entropy),
    ENTRIES(low_rank_down),   ENTRIES(low_rank_up),   ENTRIES(low_rank_gradient),
    ENTRIES(attention_merge)};

} // namespace

bool kernel_emulate(const char *kernel, const ptrdiff_t grid[3], ptrdiff_t threads,
                    const uint64_t *arguments, ptrdiff_t count) {
    auto found = kernels.find(kernel);
    if (found == kernels.end() || found->second.count != count || threads % 32 != 0) return false;
    std::vector<std::vector<char>> stacks(threads, std::vector<char>(32768));
    auto size = [](ptrdiff_t x) { return static_cast<unsigned>(x); };
    gridDim = {size(grid[0]), size(grid[1]), size(grid[2])};
    blockDim = {size(threads), 1, 1};
    body = [&] { found->second.call(arguments); };
    for (unsigned z = 0; z < gridDim.z; ++z)
        for (unsigned y = 0; y < gridDim.y; ++y)
            for (unsigned x = 0; x < gridDim.x; ++x) {
                blockIdx = {x, y, z};
                if (!run_block(stacks)) return false;
            }
    return true;
}
