#include "elements.cuh"

/// One step of AdamW, one element a thread, in the order of ops/adamw.cpp. `first` and `second`
/// are the moments, `keep1`, `keep2` their decay rates; `shrink` is 1 - learning rate · weight
/// decay, `correction` √(1 - keep2^step), `rate` the learning rate over 1 - keep1^step.
template <typename E>
__device__ void adamw_elements(E *x, const E *gradient, E *first, E *second, Index count,
                               Accum<E> shrink, double keep1, double keep2, Accum<E> correction,
                               Accum<E> epsilon, Accum<E> rate) {
    Accum<E> take1 = 1 - keep1, keep = keep2, take2 = 1 - keep2; // subtracted in float64
    for (Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += Index(gridDim.x) * blockDim.x) {
        auto g = to_float(gradient[i]), m = to_float(first[i]), v = to_float(second[i]);
        first[i] = from_float<E>(m + take1 * (g - m));
        second[i] = from_float<E>(round_to<E>(v * keep) + take2 * g * g);
        auto root = round_to<E>(round_to<E>(sqrt(to_float(second[i]))) / correction);
        auto change = to_float(first[i]) / round_to<E>(root + epsilon);
        x[i] = from_float<E>(round_to<E>(to_float(x[i]) * shrink) - rate * change);
    }
}

#define ADAMW(E, name)                                                                             \
    extern "C" __global__ void adamw_##name(                                                       \
        E *x, const E *gradient, E *first, E *second, Index count, double shrink, double keep1,    \
        double keep2, double correction, double epsilon, double rate) {                            \
        adamw_elements<E>(x, gradient, first, second, count, shrink, keep1, keep2, correction,     \
                          epsilon, rate);                                                          \
    }
FOR_ELEMENTS(ADAMW)
