#include "Lanes.h"

namespace {

/// A stream of normals that wastes none of a pair.
struct Normals {
    Random random;
    Lanes spare;
    bool has_spare;
};

CP_INLINE void next(Normals &source, Lanes &out) {
    if (source.has_spare) {
        out = source.spare;
    } else {
        normals(source.random, out, source.spare);
    }
    source.has_spare = !source.has_spare;
}

/// The square root of a chi-square with `freedom` >= 2 degrees of freedom: a Gamma by Marsaglia and
/// Tsang (2000), each lane with its own rejections. Their squeeze mostly spares the logarithms.
CP_INLINE void chi(Normals &source, float freedom, Lanes &out) {
    const float d = 0.5f * freedom - 1.0f / 3.0f;
    const float c = 1.0f / __builtin_sqrtf(9.0f * d);
    Lanes gamma = {};
    IntLanes open = IntLanes{} == 0;
    do {
        Lanes z, u;
        next(source, z);
        uniform(source.random, u);
        const Lanes root = 1.0f + c * z;
        const Lanes v = root * root * root;
        const Lanes z2 = z * z;
        const IntLanes is_positive = root > 0.0f;
        IntLanes accepted = is_positive & (u < 1.0f - 0.0331f * z2 * z2);
        if (any(open & ~accepted)) {
            Lanes log_u, log_v;
            logarithm(u, log_u);
            logarithm(is_positive ? v : Lanes{} + 1.0f, log_v);
            accepted |= is_positive & (log_u < 0.5f * z2 + d - d * v + d * log_v);
        }
        gamma = (open & accepted) ? v : gamma;
        open &= ~accepted;
    } while (any(open));
    gamma = (2.0f * d) * gamma;
    square_root(gamma, out);
}

/// out = factor z for fresh normals z; `factor` is lower triangular where `width(row)` says so.
CP_INLINE void draw_vector(Normals &source, const float *factor, int d, bool triangular,
                           Lanes *out) {
    Lanes z[CP_MAX_DIMENSION];
    for (int i = 0; i < d; ++i)
        next(source, z[i]);
    for (int i = 0; i < d; ++i) {
        Lanes sum = {};
        const int end = triangular ? i + 1 : d;
        for (int j = 0; j < end; ++j)
            sum += factor[i * d + j] * z[j];
        out[i] = sum;
    }
}

CP_INLINE void dot(const Lanes *a, const Lanes *b, int d, Lanes &out) {
    Lanes sum = {};
    for (int i = 0; i < d; ++i)
        sum += a[i] * b[i];
    out = sum;
}

/// Where the moments of a block's examples go: sums of x x', x y, x, y and y y.
struct Moments {
    Lanes gram[CP_MAX_DIMENSION * (CP_MAX_DIMENSION + 1) / 2];
    Lanes xy[CP_MAX_DIMENSION];
    Lanes sum_x[CP_MAX_DIMENSION];
    Lanes sum_y;
    Lanes yy;
};

CP_INLINE void clear(int d, Moments &out) {
    for (int i = 0; i < d * (d + 1) / 2; ++i)
        out.gram[i] = Lanes{};
    for (int i = 0; i < d; ++i)
        out.xy[i] = out.sum_x[i] = Lanes{};
    out.sum_y = out.yy = Lanes{};
}

CP_INLINE void add(const Lanes *x, const Lanes &y, int d, Moments &out) {
    for (int i = 0, k = 0; i < d; ++i) {
        for (int j = 0; j <= i; ++j, ++k)
            out.gram[k] += x[i] * x[j];
        out.xy[i] += x[i] * y;
        out.sum_x[i] += x[i];
    }
    out.sum_y += y;
    out.yy += y * y;
}

typedef float Eight __attribute__((vector_size(32)));

/// The token (1, x, y) of the source's set that a random word names.
CP_INLINE const float *pair_of(const cp_source &s, int d, uint32_t word) {
    const uint64_t index = ((uint64_t)word * (uint64_t)s.pair_count) >> 32;
    return s.pairs + index * (uint64_t)cp_token_stride(d);
}

/// A pair of the source's set in each lane.
CP_INLINE void pick_pair(Normals &source, const cp_source &s, int d, Lanes *x, Lanes &y) {
    WordLanes bits;
    words(source.random, bits);
    for (int lane = 0; lane < CP_LANES; ++lane) {
        const float *const token = pair_of(s, d, bits[lane]);
        for (int i = 0; i < d; ++i)
            x[i][lane] = token[1 + i];
        y[lane] = token[1 + d];
    }
}

/// Examples of the source's set: prompt by prompt, for their pairs lie at random places. Stores the
/// moments as a prompt has them.
CP_INLINE float *pick_examples(Normals &source, const cp_source &s, int d, float *out) {
    constexpr int most_chunks = (CP_MAX_DIMENSION + 2 + 7) / 8;
    constexpr int at_once = 32;
    const int size = d + 2, chunks = (size + 7) / 8;
    Eight sums[CP_LANES][(CP_MAX_DIMENSION + 2) * most_chunks];
    for (int lane = 0; lane < CP_LANES; ++lane)
        for (int i = 0; i < size * chunks; ++i)
            sums[lane][i] = Eight{};
    for (ptrdiff_t done = 0; done < s.context; done += at_once) {
        const int count = s.context - done < at_once ? (int)(s.context - done) : at_once;
        WordLanes bits[at_once];
        for (int example = 0; example < count; ++example)
            words(source.random, bits[example]);
        for (int lane = 0; lane < CP_LANES; ++lane) {
            Eight *const sum = sums[lane];
            for (int example = 0; example < count; ++example) {
                const float *const token = pair_of(s, d, bits[example][lane]);
                for (int c = 0; c < chunks; ++c) {
                    Eight part;
                    std::memcpy(&part, token + 8 * c, sizeof part);
                    for (int i = 0; i < size; ++i)
                        sum[c * size + i] += token[i] * part;
                }
            }
        }
    }
    for (int i = 1; i < size; ++i)
        for (int j = 0; j <= i; ++j, out += CP_LANES)
            for (int lane = 0; lane < CP_LANES; ++lane)
                out[lane] = sums[lane][j / 8 * size + i][j % 8];
    return out;
}

/// A pair of the task: of the source's set where it has one, else a new one.
CP_INLINE void draw_pair(Normals &source, const cp_source &s, int d, const Lanes *task, Lanes *x,
                         Lanes &y) {
    if (s.pairs) {
        pick_pair(source, s, d, x, y);
        return;
    }
    Lanes noise;
    draw_vector(source, s.input_factor, d, true, x);
    next(source, noise);
    dot(task, x, d, y);
    y += s.noise * noise;
}

/// Example by example.
CP_INLINE void draw_examples(Normals &source, const cp_source &s, int d, const Lanes *task,
                             Moments &out) {
    clear(d, out);
    Lanes x[CP_MAX_DIMENSION], y;
    for (ptrdiff_t example = 0; example < s.context; ++example) {
        draw_pair(source, s, d, task, x, y);
        add(x, y, d, out);
    }
}

/// All at once: with X = (1, x) = (orthonormal) R, R' has the rows (sqrt(n), 0) and (m, C), where
/// m = s_x / sqrt(n) and C C' is Wishart; the noise of X'y is R' times as many normals, and the
/// noise's square is theirs and that of the n - d - 1 directions that X does not reach.
CP_INLINE void draw_moments(Normals &source, const cp_source &s, int d, const Lanes *task,
                            Moments &out) {
    Lanes mean[CP_MAX_DIMENSION], noise[CP_MAX_DIMENSION], first, rest;
    draw_vector(source, s.input_factor, d, true, mean);
    Lanes factor[CP_MAX_DIMENSION][CP_MAX_DIMENSION];
    for (int i = 0; i < d; ++i) {
        for (int j = 0; j < i; ++j)
            next(source, factor[i][j]);
        chi(source, (float)(s.context - 1 - i), factor[i][i]);
    }
    // C = input_factor times Bartlett's factor, row by row from the last, in place.
    for (int i = d - 1; i >= 0; --i)
        for (int j = 0; j <= i; ++j) {
            Lanes sum = {};
            for (int k = j; k <= i; ++k)
                sum += s.input_factor[i * d + k] * factor[k][j];
            factor[i][j] = sum;
        }
    next(source, first);
    for (int i = 0; i < d; ++i)
        next(source, noise[i]);
    chi(source, (float)(s.context - 1 - d), rest);
    Lanes square, along, both;
    dot(noise, noise, d, square);
    square += first * first + rest * rest;
    const float root = __builtin_sqrtf((float)s.context);
    for (int i = 0, k = 0; i < d; ++i) {
        Lanes cross = mean[i] * first;
        for (int j = 0; j <= i; ++j, ++k) {
            Lanes sum = mean[i] * mean[j];
            for (int l = 0; l <= j; ++l)
                sum += factor[i][l] * factor[j][l];
            out.gram[k] = sum;
            cross += factor[i][j] * noise[j];
        }
        out.xy[i] = s.noise * cross;
        out.sum_x[i] = root * mean[i];
    }
    dot(task, out.xy, d, along);
    for (int i = 0, k = 0; i < d; ++i)
        for (int j = 0; j <= i; ++j, ++k) {
            out.xy[i] += out.gram[k] * task[j];
            if (j < i)
                out.xy[j] += out.gram[k] * task[i];
        }
    // y'y = theta'S theta + 2 theta'X'eps + eps'eps; theta's_xy is the first and half the second.
    dot(task, out.xy, d, both);
    out.yy = both + along + s.noise * s.noise * square;
    dot(task, out.sum_x, d, out.sum_y);
    out.sum_y += (s.noise * root) * first;
}

/// The task of each lane's prompt.
CP_INLINE void draw_task(Normals &source, const cp_source &s, int d, Lanes *task) {
    if (s.task) {
        for (int i = 0; i < d; ++i)
            task[i] = Lanes{} + s.task[i];
        return;
    }
    draw_vector(source, s.task_factor, d, false, task);
    if (!s.on_sphere)
        return;
    Lanes length;
    dot(task, task, d, length);
    square_root(length, length);
    for (int i = 0; i < d; ++i)
        task[i] = task[i] / length;
}

/// The lower triangle of the tokens' moments without its first entry.
CP_INLINE float *store_moments(const Moments &moments, int d, float *out) {
    for (int i = 0, k = 0; i < d; ++i) {
        store(moments.sum_x[i], out);
        out += CP_LANES;
        for (int j = 0; j <= i; ++j, ++k, out += CP_LANES)
            store(moments.gram[k], out);
    }
    store(moments.sum_y, out);
    out += CP_LANES;
    for (int i = 0; i < d; ++i, out += CP_LANES)
        store(moments.xy[i], out);
    store(moments.yy, out);
    return out + CP_LANES;
}

CP_INLINE void start(Normals &source, uint64_t value) {
    source.has_spare = false;
    seed(source.random, value);
}

CP_INLINE void sample(const cp_source &s, int d, ptrdiff_t block_count, float *out) {
    Normals queries, examples;
    start(queries, s.seed);
    start(examples, ~s.seed);
    Lanes x[CP_MAX_DIMENSION], task[CP_MAX_DIMENSION], y;
    Moments moments;
    for (ptrdiff_t block = 0; block < block_count; ++block) {
        draw_task(queries, s, d, task);
        draw_pair(queries, s, d, task, x, y);
        for (int i = 0; i < d; ++i, out += CP_LANES)
            store(x[i], out);
        store(y, out);
        out += CP_LANES;
        if (s.context == 0)
            continue;
        if (s.pairs) {
            out = pick_examples(examples, s, d, out);
            continue;
        }
        if (s.context > d + 2) {
            draw_moments(examples, s, d, task, moments);
        } else {
            draw_examples(examples, s, d, task, moments);
        }
        out = store_moments(moments, d, out);
    }
}

} // namespace

// The paper's dimension gets a body of its own, whose loops the compiler can unroll.
CP_CLONES static void sample_in_five(const cp_source *s, ptrdiff_t block_count, float *out) {
    sample(*s, 5, block_count, out);
}

CP_CLONES static void sample_in_any(const cp_source *s, ptrdiff_t block_count, float *out) {
    sample(*s, (int)s->dimension, block_count, out);
}

ptrdiff_t cp_token_stride(ptrdiff_t dimension) { return (dimension + 2 + 7) / 8 * 8; }

ptrdiff_t cp_prompt_size(ptrdiff_t dimension, ptrdiff_t context) {
    const ptrdiff_t d = dimension;
    return context == 0 ? d + 1 : d + 1 + (d + 2) * (d + 3) / 2 - 1;
}

void cp_sample(cp_source source, ptrdiff_t block_count, float *out) {
    if (source.dimension == 5) {
        sample_in_five(&source, block_count, out);
    } else {
        sample_in_any(&source, block_count, out);
    }
}

CP_CLONES static void draw_pairs(const cp_source *s, ptrdiff_t block_count, float *out) {
    const int d = (int)s->dimension;
    Normals source;
    start(source, s->seed);
    Lanes x[CP_MAX_DIMENSION], task[CP_MAX_DIMENSION], y;
    for (ptrdiff_t block = 0; block < block_count; ++block) {
        draw_task(source, *s, d, task);
        draw_pair(source, *s, d, task, x, y);
        for (int lane = 0; lane < CP_LANES; ++lane, out += cp_token_stride(d)) {
            out[0] = 1;
            for (int i = 0; i < d; ++i)
                out[1 + i] = x[i][lane];
            out[1 + d] = y[lane];
            for (int i = d + 2; i < cp_token_stride(d); ++i)
                out[i] = 0;
        }
    }
}

void cp_draw_pairs(cp_source source, ptrdiff_t block_count, float *out) {
    draw_pairs(&source, block_count, out);
}
