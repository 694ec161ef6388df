#include "elements.cuh"

/// One step of AdamW over a flat run of elements, in the order of ct_adamw.cpp. `first` and `second`
/// are the moments, `keep1`, `keep2` their decay rates; `shrink` is 1 - learning rate · weight decay,
/// `correction` √(1 - keep2^step), `rate` the learning rate over 1 - keep1^step.
template <typename E>
__device__ void adamw_elements(E *x, const E *gradient, E *first, E *second, Index count,
                               Wide<E> shrink, double keep1, double keep2, Wide<E> correction,
                               Wide<E> epsilon, Wide<E> rate) {
    Wide<E> take1 = 1 - keep1, keep = keep2, take2 = 1 - keep2; // subtracted in float64
    for (Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += Index(gridDim.x) * blockDim.x) {
        auto g = widened(gradient[i]), m = widened(first[i]), v = widened(second[i]);
        first[i] = narrowed<E>(m + take1 * (g - m));
        second[i] = narrowed<E>(rounded<E>(v * keep) + take2 * g * g);
        auto root = rounded<E>(rounded<E>(sqrt(widened(second[i]))) / correction);
        auto change = widened(first[i]) / rounded<E>(root + epsilon);
        x[i] = narrowed<E>(rounded<E>(widened(x[i]) * shrink) - rate * change);
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
