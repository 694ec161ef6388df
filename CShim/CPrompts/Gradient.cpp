#include "Lanes.h"

namespace {

constexpr int most = CP_MAX_DIMENSION + 1;
constexpr int numbers_in_five = 6 + 6 * 6;

/// What a head makes of a block of prompts.
struct Head {
    /// Q (x; 1).
    Lanes key[most];
    /// sum_i (v21'x_i + v y_i) (x_i; 1), the query included.
    Lanes value[most];
};

/// S x with S given by its lower triangle.
CP_INLINE void multiply(const float *triangle, const Lanes *x, int d, Lanes *out) {
    for (int i = 0; i < d; ++i)
        out[i] = Lanes{};
    for (int i = 0; i < d; ++i)
        for (int j = 0; j <= i; ++j, triangle += CP_LANES) {
            Lanes entry;
            load(triangle, entry);
            out[i] += entry * x[j];
            if (j < i)
                out[j] += entry * x[i];
        }
}

/// The body, with room for `most_heads` heads.
template <int most_heads, int most_numbers>
CP_INLINE double gradient(int d, ptrdiff_t context, ptrdiff_t prompt_count, const float *prompts,
                          int head_count, const float *heads, double weight, double *out) {
    const int head_size = d + 1 + (d + 1) * (d + 1);
    const int triangle = d * (d + 1) / 2;
    const float share = 1.0f / (float)(context + 1);
    // Sums over blocks, lane by lane.
    Lanes sums[most_heads * most_numbers];
    for (int i = 0; i < head_count * head_size; ++i)
        sums[i] = Lanes{};
    Lanes squares = {};
    Head state[most_heads];
    const ptrdiff_t block_count = (prompt_count + CP_LANES - 1) / CP_LANES;
    const ptrdiff_t block_size = cp_prompt_size(d, context) * CP_LANES;
    for (ptrdiff_t block = 0; block < block_count; ++block) {
        const float *const base = prompts + block * block_size;
        const float *const gram = base + (d + 1) * CP_LANES;
        const float *const xy = gram + triangle * CP_LANES;
        const float *const sum_x = xy + d * CP_LANES;
        Lanes x[most], y, prediction = {};
        for (int i = 0; i < d; ++i)
            load(base + i * CP_LANES, x[i]);
        x[d] = Lanes{} + 1.0f;
        load(base + d * CP_LANES, y);

        for (int h = 0; h < head_count; ++h) {
            const float *const v21 = heads + h * head_size;
            const float v = v21[d];
            const float *const q = v21 + d + 1;
            Head &head = state[h];
            for (int i = 0; i <= d; ++i) {
                Lanes sum = {};
                for (int j = 0; j <= d; ++j)
                    sum += q[i * (d + 1) + j] * x[j];
                head.key[i] = sum;
            }
            Lanes query = {};
            for (int i = 0; i < d; ++i)
                query += v21[i] * x[i];
            for (int i = 0; i <= d; ++i)
                head.value[i] = query * x[i];
            if (context > 0) {
                Lanes vector[most], product[most];
                for (int i = 0; i < d; ++i)
                    vector[i] = Lanes{} + v21[i];
                multiply(gram, vector, d, product);
                for (int i = 0; i < d; ++i) {
                    Lanes statistic, sum;
                    load(xy + i * CP_LANES, statistic);
                    load(sum_x + i * CP_LANES, sum);
                    head.value[i] += product[i] + v * statistic;
                    head.value[d] += v21[i] * sum;
                }
                Lanes sum_y;
                load(sum_x + d * CP_LANES, sum_y);
                head.value[d] += v * sum_y;
            }
            for (int i = 0; i <= d; ++i)
                prediction += head.value[i] * head.key[i];
        }

        Lanes residual = prediction * share - y;
        if ((block + 1) * CP_LANES > prompt_count)
            for (int i = 0; i < CP_LANES; ++i)
                if (block * CP_LANES + i >= prompt_count)
                    residual[i] = 0;
        squares += residual * residual;
        const Lanes slope = residual * share;

        for (int h = 0; h < head_count; ++h) {
            Head &head = state[h];
            Lanes *const sum = sums + h * head_size;
            Lanes query = {};
            for (int i = 0; i <= d; ++i)
                query += head.key[i] * x[i];
            Lanes by_v21[most];
            for (int i = 0; i < d; ++i)
                by_v21[i] = query * x[i];
            if (context > 0) {
                Lanes product[most], by_v, sum_y;
                multiply(gram, head.key, d, product);
                load(sum_x + d * CP_LANES, sum_y);
                by_v = sum_y * head.key[d];
                for (int i = 0; i < d; ++i) {
                    Lanes statistic, sum_of_x;
                    load(xy + i * CP_LANES, statistic);
                    load(sum_x + i * CP_LANES, sum_of_x);
                    by_v += statistic * head.key[i];
                    by_v21[i] += product[i] + sum_of_x * head.key[d];
                }
                sum[d] += slope * by_v;
            }
            for (int i = 0; i < d; ++i)
                sum[i] += slope * by_v21[i];
            for (int i = 0; i <= d; ++i) {
                const Lanes row = slope * head.value[i];
                for (int j = 0; j <= d; ++j)
                    sum[d + 1 + i * (d + 1) + j] += row * x[j];
            }
        }
    }
    const double scale = 2 * weight / (double)prompt_count;
    for (int i = 0; i < head_count * head_size; ++i) {
        double total = 0;
        for (int lane = 0; lane < CP_LANES; ++lane)
            total += sums[i][lane];
        out[i] += scale * total;
    }
    double total = 0;
    for (int lane = 0; lane < CP_LANES; ++lane)
        total += squares[lane];
    return total / (double)prompt_count;
}

} // namespace

// The paper's dimension with one head and with two get bodies of their own.
CP_CLONES static double one_in_five(ptrdiff_t context, ptrdiff_t prompt_count, const float *prompts,
                                    const float *heads, double weight, double *out) {
    return gradient<1, numbers_in_five>(5, context, prompt_count, prompts, 1, heads, weight, out);
}

CP_CLONES static double two_in_five(ptrdiff_t context, ptrdiff_t prompt_count, const float *prompts,
                                    const float *heads, double weight, double *out) {
    return gradient<2, numbers_in_five>(5, context, prompt_count, prompts, 2, heads, weight, out);
}

CP_CLONES static double any(ptrdiff_t dimension, ptrdiff_t context, ptrdiff_t prompt_count,
                            const float *prompts, ptrdiff_t head_count, const float *heads,
                            double weight, double *out) {
    return gradient<CP_MAX_HEADS, most + most * most>((int)dimension, context, prompt_count,
                                                      prompts, (int)head_count, heads, weight, out);
}

double cp_add_gradient(ptrdiff_t dimension, ptrdiff_t context, ptrdiff_t prompt_count,
                       const float *prompts, ptrdiff_t head_count, const float *heads,
                       double weight, double *out) {
    if (dimension == 5 && head_count == 1)
        return one_in_five(context, prompt_count, prompts, heads, weight, out);
    if (dimension == 5 && head_count == 2)
        return two_in_five(context, prompt_count, prompts, heads, weight, out);
    return any(dimension, context, prompt_count, prompts, head_count, heads, weight, out);
}
