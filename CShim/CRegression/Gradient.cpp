#include "Lanes.h"

namespace {

typedef double Wide __attribute__((vector_size(8 * CP_LANES)));

constexpr int most = CP_MAX_DIMENSION + 2;

CP_INLINE void load_wide(const float *from, Wide &to) {
    Lanes lanes;
    load(from, lanes);
    to = __builtin_convertvector(lanes, Wide);
}

/// What a head makes of a block of prompts; M is the moments of all tokens, the query's included.
struct Head {
    /// M Q'z.
    Wide by_key[most];
    /// M u.
    Wide by_value[most];
};

/// M_i v added to `out`, with M_i the examples' moments by their lower triangle without its first
/// entry, `count`.
CP_INLINE void add_product(const float *triangle, double count, const Wide *v, int size,
                           Wide *out) {
    out[0] += count * v[0];
    for (int i = 1; i < size; ++i)
        for (int j = 0; j <= i; ++j, triangle += CP_LANES) {
            Wide entry;
            load_wide(triangle, entry);
            out[i] += entry * v[j];
            if (j < i)
                out[j] += entry * v[i];
        }
}

/// The body, with room for `most_heads` heads. d + 2 is the size of a token.
template <int most_heads, int most_size>
CP_INLINE double gradient(int d, ptrdiff_t context, bool reads_examples, ptrdiff_t prompt_count,
                          const float *prompts, int head_count, const double *heads, double weight,
                          double *out) {
    const int size = d + 2;
    const int head_size = size + size * size;
    const double count = reads_examples ? (double)context : 0.0;
    const double share = 1.0 / (count + 1.0);
    // Sums over blocks, lane by lane.
    Wide sums[most_heads * (most_size + most_size * most_size)];
    for (int i = 0; i < head_count * head_size; ++i)
        sums[i] = Wide{};
    Wide squares = {};
    Head state[most_heads];
    const ptrdiff_t block_count = (prompt_count + CP_LANES - 1) / CP_LANES;
    const ptrdiff_t block_size = cp_prompt_size(d, context) * CP_LANES;
    for (ptrdiff_t block = 0; block < block_count; ++block) {
        const float *const base = prompts + block * block_size;
        const float *const moments = base + (d + 1) * CP_LANES;
        // The query's token; its last entry is 0 and is left out.
        Wide z[most_size], y, prediction = {};
        z[0] = Wide{} + 1.0;
        for (int i = 0; i < d; ++i)
            load_wide(base + i * CP_LANES, z[i + 1]);
        load_wide(base + d * CP_LANES, y);

        for (int h = 0; h < head_count; ++h) {
            const double *const u = heads + h * head_size;
            const double *const q = u + size;
            Head &head = state[h];
            Wide key[most_size];
            for (int j = 0; j < size; ++j) {
                Wide sum = {};
                for (int i = 0; i <= d; ++i)
                    sum += q[i * size + j] * z[i];
                key[j] = sum;
            }
            Wide own_key = {}, own_value = {};
            for (int i = 0; i <= d; ++i) {
                own_key += key[i] * z[i];
                own_value += u[i] * z[i];
            }
            for (int i = 0; i <= d; ++i) {
                head.by_key[i] = own_key * z[i];
                head.by_value[i] = own_value * z[i];
            }
            head.by_key[d + 1] = head.by_value[d + 1] = Wide{};
            if (reads_examples) {
                Wide value[most_size];
                for (int i = 0; i < size; ++i)
                    value[i] = Wide{} + u[i];
                add_product(moments, count, key, size, head.by_key);
                add_product(moments, count, value, size, head.by_value);
            }
            for (int i = 0; i < size; ++i)
                prediction += u[i] * head.by_key[i];
        }

        Wide residual = prediction * share - y;
        if ((block + 1) * CP_LANES > prompt_count)
            for (int i = 0; i < CP_LANES; ++i)
                if (block * CP_LANES + i >= prompt_count)
                    residual[i] = 0;
        squares += residual * residual;
        const Wide slope = residual * share;

        for (int h = 0; h < head_count; ++h) {
            const Head &head = state[h];
            Wide *const sum = sums + h * head_size;
            for (int i = 0; i < size; ++i)
                sum[i] += slope * head.by_key[i];
            for (int i = 0; i <= d; ++i) {
                const Wide row = slope * z[i];
                for (int j = 0; j < size; ++j)
                    sum[size + i * size + j] += row * head.by_value[j];
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
CP_CLONES static double one_in_five(ptrdiff_t context, bool reads_examples, ptrdiff_t prompt_count,
                                    const float *prompts, const double *heads, double weight,
                                    double *out) {
    return gradient<1, 7>(5, context, reads_examples, prompt_count, prompts, 1, heads, weight, out);
}

CP_CLONES static double two_in_five(ptrdiff_t context, bool reads_examples, ptrdiff_t prompt_count,
                                    const float *prompts, const double *heads, double weight,
                                    double *out) {
    return gradient<2, 7>(5, context, reads_examples, prompt_count, prompts, 2, heads, weight, out);
}

CP_CLONES static double any(ptrdiff_t dimension, ptrdiff_t context, bool reads_examples,
                            ptrdiff_t prompt_count, const float *prompts, ptrdiff_t head_count,
                            const double *heads, double weight, double *out) {
    return gradient<CP_MAX_HEADS, most>((int)dimension, context, reads_examples, prompt_count,
                                        prompts, (int)head_count, heads, weight, out);
}

double cp_add_gradient(ptrdiff_t dimension, ptrdiff_t context, int reads_examples,
                       ptrdiff_t prompt_count, const float *prompts, ptrdiff_t head_count,
                       const double *heads, double weight, double *out) {
    const bool reads = reads_examples != 0 && context > 0;
    if (dimension == 5 && head_count == 1)
        return one_in_five(context, reads, prompt_count, prompts, heads, weight, out);
    if (dimension == 5 && head_count == 2)
        return two_in_five(context, reads, prompt_count, prompts, heads, weight, out);
    return any(dimension, context, reads, prompt_count, prompts, head_count, heads, weight, out);
}
