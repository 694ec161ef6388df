#ifndef CPROMPTS_H
#define CPROMPTS_H

#include <stddef.h>
#include <stdint.h>

/// Prompts of linear regression by their sufficient statistics, and what linear attention does with
/// them: loss and gradient of a minibatch, sixteen prompts side by side.
///
///   A prompt    n examples (x_i, y_i) and a query x with label y, y = theta'x + noise. Linear
///               attention reads the examples only through the second moments of their tokens
///               z_i = (1, x_i, y_i), M = sum z_i z_i'; only these are kept.
///   Layout      Blocks of CP_LANES prompts; in a block a number of each prompt, then the next one:
///               x [d], y, and where n > 0 the lower triangle of M without its first entry, n:
///               (1,0), (1,1), (2,0), (2,1), (2,2) ... (d+1,d+1).
///   Streams     Queries (with the tasks of prompts that draw their own) and examples come from
///               two streams of one seed, so that the queries are the same for every n.
///   Same bits   The same seed gives the same numbers on every processor: no operation is fused,
///               and the lanes are the same everywhere.

#ifdef __cplusplus
extern "C" {
#endif

/// Prompts in a block.
#define CP_LANES 16
/// The largest dimension of x.
#define CP_MAX_DIMENSION 32
/// The most heads of a model.
#define CP_MAX_HEADS 8

/// What prompts are drawn from.
typedef struct cp_source {
    /// d, of x.
    ptrdiff_t dimension;
    /// n, of examples before the query; 0: the query alone.
    ptrdiff_t context;
    /// [d, d] by rows, lower triangular: its product with its transpose is the covariance of x.
    const float *_Nonnull input_factor;
    /// [d], the task of every prompt; null: each prompt draws its own.
    const float *_Nullable task;
    /// [d, d] by rows: theta = task_factor z with z standard normal, where `task` is null.
    const float *_Nullable task_factor;
    /// Not 0: z is divided by its length, so that it is uniform on the unit sphere.
    int on_sphere;
    /// [pair_count, cp_token_stride]: a set of tokens (1, x, y, 0 ...) from which examples and queries
    /// are drawn with replacement, in place of new ones; null: new ones.
    const float *_Nullable pairs;
    ptrdiff_t pair_count;
    /// Standard deviation of the labels' noise.
    float noise;
    /// What the numbers are drawn from.
    uint64_t seed;
} cp_source;

/// Floats that a prompt takes.
ptrdiff_t cp_prompt_size(ptrdiff_t dimension, ptrdiff_t context);

/// Draws `block_count` blocks into `out` [block_count, cp_prompt_size, CP_LANES].
///
/// The moments of new examples are drawn from their own exact law: with n > d + 2,
/// S_xx - s_x s_x'/n is Wishart with n - 1 degrees of freedom by Bartlett's factor (its chi-squares
/// by Marsaglia and Tsang's rejection), independent of s_x; the noise enters by as many normals as
/// the Gram matrix of (1, x) has rows, and by a chi-square of the other n - d - 1 directions. With
/// fewer examples, and with pairs of a set, they are summed one by one.
void cp_sample(cp_source source, ptrdiff_t block_count, float *_Nonnull out);

/// Floats from one token of a set to the next.
ptrdiff_t cp_token_stride(ptrdiff_t dimension);

/// Draws `block_count` times CP_LANES new tokens of the source's task, `cp_token_stride` each.
void cp_draw_pairs(cp_source source, ptrdiff_t block_count, float *_Nonnull out);

/// The mean squared error of a model on the first `prompt_count` prompts, and its gradient.
///
/// A head is u [d + 2], Q [d + 2, d + 2] by rows. With z = (1, x, 0), the query's token, the
/// prediction is the sum over heads of 1/(n+1) sum_i (u'z_i) (z'Q z_i), the query's token among the
/// z_i. Arithmetic is in float64.
///
/// - context        of the prompts
/// - reads_examples 0: the query's token alone is read, as if n were 0
/// - heads          [head_count, d + 2 + (d+2)^2]
/// - out            the same shape, added to: `weight` times the gradient
/// - returns        the mean squared error
double cp_add_gradient(ptrdiff_t dimension, ptrdiff_t context, int reads_examples,
                       ptrdiff_t prompt_count, const float *_Nonnull prompts, ptrdiff_t head_count,
                       const double *_Nonnull heads, double weight, double *_Nonnull out);

#ifdef __cplusplus
}
#endif
#endif
