// Loops that libtorch has no operator for, on plain arrays. Nothing here knows tensors.
//
// A loop is cut into blocks whose size does not depend on the number of threads, and what blocks add up is added in
// their order: the same numbers come out however many threads there are.
#ifndef CTORCH_KERNELS_H
#define CTORCH_KERNELS_H

#include <cstdint>
#include <functional>
#include <vector>

namespace ctorch {

/// Does the blocks 0 … count − 1, in any order or at a time.
using Blocks = std::function<void(int64_t count, const std::function<void(int64_t block)> &body)>;

/// The upper half of a float, rounded to nearest.
struct BFloat16 {
    uint16_t bits;
};

// MARK: Transport

struct Transport {
    double epsilon;
    /// Infinity makes the marginal exact.
    double rho_token, rho_prototype;
    /// Iterations stop when no entry of the plan is expected to change by more than this, relatively.
    double tolerance;
    int64_t maximum_iterations;
};

struct TransportResult {
    /// The minimum itself.
    double value;
    int64_t iterations;
    bool converged;
};

/// Entropic unbalanced transport of `tokens` points with weights 1/tokens onto `prototypes` points with weights
/// 1/prototypes.
///
/// @param cost tokens × prototypes, row-major, finite.
/// @param potential in: where the prototypes' potentials start; out: where they ended. [prototypes]
/// @param plan out, as cost.
/// @param column_mass out: the plan summed over tokens. [prototypes]
/// @param token_potential out, unless null. [tokens]
template <typename Real>
TransportResult solve_transport(
    const Transport &transport, const Real *cost, int64_t tokens, int64_t prototypes, double *potential, Real *plan,
    double *column_mass, double *token_potential, const Blocks &blocks);

// MARK: Tokens

/// y = dropout(scale · (r − mean)/deviation + shift), r = max(x + bias, 0): row by row, mean and deviation over the row.
///
/// @param bias [width]
/// @param kept 1 where an element is kept, 0 where it is dropped; null without dropout. Kept elements are multiplied by
///   `magnification`.
/// @param mean, rstd out: [rows]
template <typename Real>
void rectified_norm(
    const Real *x, int64_t rows, int64_t width, const float *bias, const float *scale, const float *shift,
    const uint8_t *kept, float magnification, float *y, float *mean, float *rstd, const Blocks &blocks);

/// The gradient of the same: that of x takes its place; those of bias, scale and shift [width].
template <typename Real>
void rectified_norm_backward(
    Real *x, int64_t rows, int64_t width, const float *bias, const float *scale, const uint8_t *kept, float magnification,
    const float *mean, const float *rstd, const float *y_gradient, float *bias_gradient, float *scale_gradient,
    float *shift_gradient, const Blocks &blocks);

/// y = x where kept, times the magnification, else 0.
void dropout(const float *x, int64_t count, const uint8_t *kept, float magnification, float *y, const Blocks &blocks);

/// Dropout that keeps mean and variance of a self-normalising layer: what is dropped takes the value of saturation, then all is
/// scaled and shifted.
struct AlphaDropout {
    /// Value of what is dropped, and what all is scaled and shifted by after. Without dropout scale is 1, shift is 0.
    float saturation, scale, shift;
};

/// y = scale · (kept ? SELU(x) : saturation) + shift.
void selu_alpha_dropout(
    const float *x, int64_t count, const uint8_t *kept, const AlphaDropout &dropout, float *y, const Blocks &blocks);
void selu_alpha_dropout_backward(
    const float *x, int64_t count, const uint8_t *kept, const AlphaDropout &dropout, const float *y_gradient,
    float *x_gradient, const Blocks &blocks);

/// Σ_j a_ij b_ij for each row i.
template <typename Real, typename Other>
void row_products(const Real *a, const Other *b, int64_t rows, int64_t width, float *sums, const Blocks &blocks);

/// Σ_j a_ij b_kj for each row i and each of a few vectors k: [rows, count].
template <typename Real>
void vector_products(
    const Real *a, const float *b, int64_t rows, int64_t width, int64_t count, float *products, const Blocks &blocks);

/// Each row of x, the products of a token with unit vectors, divided by the token's length √square; by 1e-3 where that is
/// shorter.
void cosine_rows(const float *squares, int64_t rows, int64_t width, float *x, const Blocks &blocks);

/// The gradient of the same with respect to the products and the squares.
void cosine_rows_backward(
    const float *y_gradient, const float *y, const float *squares, int64_t rows, int64_t width, float *x_gradient,
    float *square_gradient, const Blocks &blocks);

/// The gradient of squares h G hᵀ, G symmetric, from products hG: that of the tokens h, 2 hG factor, is added to `x_gradient`;
/// 2 h factor takes the place of the products.
template <typename Real>
void squares_backward(
    Real *products, const float *x, const float *factor, int64_t rows, int64_t width, float *x_gradient,
    const Blocks &blocks);

/// Multiplies each row by a number.
template <typename Real>
void scale_rows(Real *x, const float *factor, int64_t rows, int64_t width, const Blocks &blocks);

/// y += x
void add_widened(const BFloat16 *x, int64_t count, float *y, const Blocks &blocks);

/// Softmax down each column of each segment of rows; rows that are left out get 0.
///
/// @param x segments' rows one after another, columns wide.
/// @param left_out 1 for rows without part; null when all take part.
void segment_softmax(
    const float *x, const int64_t *counts, int64_t segments, int64_t columns, const uint8_t *left_out, float *y);
/// y_i = the mean of a row of x, `stride` elements apart.
void row_means(const float *x, int64_t rows, int64_t columns, float *y, int64_t stride);

/// The gradient of a softmax whose columns' mean is taken, added to `x_gradient`.
///
/// @param y the softmax; @param gradient of the means, `stride` elements apart.
void mean_softmax_backward(
    const float *y, const float *gradient, int64_t stride, const int64_t *counts, int64_t segments, int64_t columns,
    float *x_gradient);

// MARK: Numbers

struct Numbers {
    const float *x;
    int64_t count;
};

/// Whether no element of any of the arrays is infinite or NaN.
bool all_finite(const std::vector<Numbers> &arrays, const Blocks &blocks);

/// Rounds to the nearest of the type's values, ties to even.
void to_bfloat16(const float *x, int64_t count, BFloat16 *y, const Blocks &blocks);

/// 624 words of the Mersenne twister, and how far they are used.
struct Twister {
    uint32_t *state;
    uint32_t next;
    int32_t left;
};

/// 1 with probability `probability`, else 0: the draws u < probability of as many uniform floats of 24 bits.
void bernoulli(Twister &twister, int64_t count, float probability, uint8_t *kept);

} // namespace ctorch
#endif
