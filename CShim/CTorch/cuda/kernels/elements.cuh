// What every kernel needs: element types, packs of them, and reductions over a block.
//
// No header of CUDA is included, so NVRTC needs none. Each kernel exists once for each type, with
// the type's name as its suffix. Its arguments are pointers, `Index` and `double`, eight bytes
// each.
#pragma once

using Index = long long;

/// bfloat16 as stored: the upper half of a float32.
struct BFloat {
    unsigned short bits;
};

/// The value in the type of sums; float64 stays float64.
__device__ inline float to_float(BFloat x) { return __uint_as_float(unsigned(x.bits) << 16); }
__device__ inline float to_float(float x) { return x; }
__device__ inline double to_float(double x) { return x; }

/// The type that sums are made in.
template <typename E> using Accum = decltype(to_float(E()));

/// The inverse of `to_float`: rounds to the nearest, ties to even; NaN stays NaN.
template <typename E> __device__ inline E from_float(Accum<E> x) { return x; }
template <> __device__ inline BFloat from_float<BFloat>(float x) {
#if defined(__CUDA_ARCH__)
    BFloat result;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(x)); // sm_80 and later
    return result;
#else
    return emulated_rounding<BFloat>(x); // Tests/KernelEmulator
#endif
}

/// x rounded to the element's type and widened again.
template <typename E> __device__ inline Accum<E> round_to(Accum<E> x) {
    return to_float(from_float<E>(x));
}

/// n neighbours, loaded and stored at once, up to 16 bytes.
template <typename E, int n> struct alignas(sizeof(E) * n < 16 ? sizeof(E) * n : 16) Pack {
    E at[n];
};
template <int n, typename E> __device__ inline Pack<E, n> load(const E *from) {
    return *reinterpret_cast<const Pack<E, n> *>(from);
}
template <int n, typename E> __device__ inline void store(E *to, const Pack<E, n> &pack) {
    *reinterpret_cast<Pack<E, n> *>(to) = pack;
}

/// Elements of 16 bytes.
template <typename E> constexpr int lanes = 16 / sizeof(E);

/// Whether rows of `count` elements, one after the other from these addresses, are whole packs.
template <typename E, typename... Pointers>
__device__ inline bool packs(Index count, Pointers... pointers) {
    return count % lanes<E> == 0 &&
           ((reinterpret_cast<unsigned long long>(pointers) | ...) % 16) == 0;
}

struct Sum {
    template <typename W> __device__ W operator()(W a, W b) const { return a + b; }
};
struct Larger {
    template <typename W> __device__ W operator()(W a, W b) const { return a > b ? a : b; }
};

/// All lanes of a warp get the result.
template <typename W, typename Join> __device__ inline W over_warp(W x, Join join) {
    for (int step = 16; step > 0; step /= 2) x = join(x, __shfl_xor_sync(0xffffffff, x, step));
    return x;
}

/// All threads of a block get the result, always joined in the same order. Whole warps only.
template <typename W, typename Join> __device__ inline W over_block(W x, Join join) {
    __shared__ W parts[32];
    x = over_warp(x, join);
    if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = x;
    __syncthreads();
    x = parts[0];
    for (int warp = 1; warp < blockDim.x / 32; ++warp) x = join(x, parts[warp]);
    __syncthreads(); // `parts` may be used again
    return x;
}

/// Writes `kernel` for each element type.
#define FOR_ELEMENTS(kernel) kernel(BFloat, bfloat16) kernel(float, float32) kernel(double, float64)
