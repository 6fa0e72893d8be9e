#include "blocks.h"
#include "vectors.h"

#include <limits>
#include <vector>

namespace ctorch {

namespace {

/// As libtorch's layer norm has it.
constexpr float smallest_variance = 1e-5f;

// That sums and results lie apart from what is read is said: loops that had to find out would not be vectorised.
template <typename Real>
INLINED void rectified_rows(
    const Real *x, int64_t begin, int64_t end, int64_t width, const float *bias, const float *scale, const float *shift,
    const uint8_t *kept, float magnification, float *__restrict y, float *__restrict mean, float *__restrict rstd) {
    SUMS_IN_ANY_ORDER
    const float share = 1.0f / static_cast<float>(width);
    for (int64_t i = begin; i < end; i++) {
        const Real *row = x + i * width;
        float *out = y + i * width;
        float sum = 0;
        for (int64_t j = 0; j < width; j++) {
            float value = widened(row[j]) + bias[j];
            value = value > 0 ? value : (value <= 0 ? 0.0f : value);
            out[j] = value;
            sum += value;
        }
        const float center = sum * share;
        float squares = 0;
        for (int64_t j = 0; j < width; j++) squares += (out[j] - center) * (out[j] - center);
        // A variance that overflows is no number, rather than a deviation that makes everything 0.
        const float inverse = squares <= std::numeric_limits<float>::max()
            ? 1.0f / std::sqrt(squares * share + smallest_variance)
            : std::numeric_limits<float>::quiet_NaN();
        mean[i] = center;
        rstd[i] = inverse;
        if (kept) {
            const uint8_t *mask = kept + i * width;
            for (int64_t j = 0; j < width; j++)
                out[j] = ((out[j] - center) * inverse * scale[j] + shift[j]) * (static_cast<float>(mask[j]) * magnification);
        } else {
            for (int64_t j = 0; j < width; j++) out[j] = (out[j] - center) * inverse * scale[j] + shift[j];
        }
    }
}

/// Sums down the columns.
struct ColumnSums {
    float *bias, *scale, *shift;
};

template <typename Real>
INLINED void rectified_rows_backward(
    Real *x, int64_t begin, int64_t end, int64_t width, const float *bias, const float *scale, const uint8_t *kept,
    float magnification, const float *mean, const float *rstd, const float *y_gradient, const ColumnSums &sums,
    float *row_gradient) {
    SUMS_IN_ANY_ORDER
    const float share = 1.0f / static_cast<float>(width);
    float *__restrict of_bias = sums.bias, *__restrict of_scale = sums.scale, *__restrict of_shift = sums.shift;
    for (int64_t j = 0; j < width; j++) of_bias[j] = of_scale[j] = of_shift[j] = 0;
    for (int64_t i = begin; i < end; i++) {
        Real *row = x + i * width;
        const float *given = y_gradient + i * width;
        const float center = mean[i], inverse = rstd[i];
        float sum = 0, product = 0;
        if (kept) {
            const uint8_t *mask = kept + i * width;
            for (int64_t j = 0; j < width; j++) row_gradient[j] = given[j] * (static_cast<float>(mask[j]) * magnification);
        } else {
            for (int64_t j = 0; j < width; j++) row_gradient[j] = given[j];
        }
        for (int64_t j = 0; j < width; j++) {
            float value = widened(row[j]) + bias[j];
            float normal = ((value > 0 ? value : 0.0f) - center) * inverse;
            of_scale[j] += row_gradient[j] * normal;
            of_shift[j] += row_gradient[j];
            float scaled = row_gradient[j] * scale[j];
            sum += scaled;
            product += scaled * normal;
        }
        const float mean_sum = sum * share, mean_product = product * share;
        for (int64_t j = 0; j < width; j++) {
            float value = widened(row[j]) + bias[j];
            float normal = ((value > 0 ? value : 0.0f) - center) * inverse;
            float gradient = inverse * (row_gradient[j] * scale[j] - mean_sum - normal * mean_product);
            gradient = value > 0 ? gradient : 0.0f;
            store(row[j], gradient);
            of_bias[j] += gradient;
        }
    }
}

#define RECTIFIED(Real)                                                                                               \
    FOR_EACH_PROCESSOR                                                                                                \
    void rectified_block(                                                                                             \
        const Real *x, int64_t begin, int64_t end, int64_t width, const float *bias, const float *scale,              \
        const float *shift, const uint8_t *kept, float magnification, float *__restrict y, float *__restrict mean,    \
        float *__restrict rstd) {                                                                                     \
        rectified_rows<Real>(x, begin, end, width, bias, scale, shift, kept, magnification, y, mean, rstd);           \
    }                                                                                                                 \
    FOR_EACH_PROCESSOR                                                                                                \
    void rectified_block_backward(                                                                                    \
        Real *x, int64_t begin, int64_t end, int64_t width, const float *bias, const float *scale,                    \
        const uint8_t *kept, float magnification, const float *mean, const float *rstd, const float *y_gradient,      \
        const ColumnSums &sums, float *row_gradient) {                                                                \
        rectified_rows_backward<Real>(                                                                                \
            x, begin, end, width, bias, scale, kept, magnification, mean, rstd, y_gradient, sums, row_gradient);      \
    }
RECTIFIED(float)
RECTIFIED(BFloat16)
#undef RECTIFIED

} // namespace

template <typename Real>
void rectified_norm(
    const Real *x, int64_t rows, int64_t width, const float *bias, const float *scale, const float *shift,
    const uint8_t *kept, float magnification, float *y, float *mean, float *rstd, const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        rectified_block(x, begin, end, width, bias, scale, shift, kept, magnification, y, mean, rstd);
    });
}

template <typename Real>
void rectified_norm_backward(
    Real *x, int64_t rows, int64_t width, const float *bias, const float *scale, const uint8_t *kept, float magnification,
    const float *mean, const float *rstd, const float *y_gradient, float *bias_gradient, float *scale_gradient,
    float *shift_gradient, const Blocks &blocks) {
    const int64_t block_count = (rows + block_rows - 1) / block_rows;
    std::vector<float> scratch(block_count * 4 * width);
    auto sums = [&](int64_t block) {
        float *own = &scratch[block * 4 * width];
        return ColumnSums{own, own + width, own + 2 * width};
    };
    in_blocks(rows, block_rows, blocks, [&](int64_t block, int64_t begin, int64_t end) {
        rectified_block_backward(
            x, begin, end, width, bias, scale, kept, magnification, mean, rstd, y_gradient, sums(block),
            sums(block).bias + 3 * width);
    });
    std::fill(bias_gradient, bias_gradient + width, 0.0f);
    std::fill(scale_gradient, scale_gradient + width, 0.0f);
    std::fill(shift_gradient, shift_gradient + width, 0.0f);
    for (int64_t block = 0; block < block_count; block++) {
        const ColumnSums own = sums(block);
        for (int64_t j = 0; j < width; j++) {
            bias_gradient[j] += own.bias[j];
            scale_gradient[j] += own.scale[j];
            shift_gradient[j] += own.shift[j];
        }
    }
}

#define RECTIFIED(Real)                                                                                              \
    template void rectified_norm<Real>(                                                                              \
        const Real *, int64_t, int64_t, const float *, const float *, const float *, const uint8_t *, float,         \
        float *, float *, float *, const Blocks &);                                                                  \
    template void rectified_norm_backward<Real>(                                                                     \
        Real *, int64_t, int64_t, const float *, const float *, const uint8_t *, float, const float *, const float *, \
        const float *, float *, float *, float *, const Blocks &);
RECTIFIED(float)
RECTIFIED(BFloat16)
#undef RECTIFIED

} // namespace ctorch
