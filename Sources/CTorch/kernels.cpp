#include "blocks.h"
#include "vectors.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <vector>

namespace ctorch {

namespace {

constexpr int64_t block_elements = 1 << 16;

// MARK: Elementwise

FOR_EACH_PROCESSOR
void dropout_block(const float *x, int64_t begin, int64_t end, const uint8_t *kept, float magnification, float *y) {
    for (int64_t i = begin; i < end; i++) y[i] = x[i] * (static_cast<float>(kept[i]) * magnification);
}

constexpr float selu_scale = 1.0507009873554805f;
constexpr float selu_saturation = 1.7580993408473766f;

FOR_EACH_PROCESSOR
void selu_block(
    const float *x, int64_t begin, int64_t end, const uint8_t *kept, float saturation, float scale, float shift,
    float *y) {
    for (int64_t i = begin; i < end; i++) {
        float below = (exponential(x[i] < 0 ? x[i] : 0.0f) - 1.0f) * selu_saturation;
        float active = x[i] > 0 ? x[i] * selu_scale : (x[i] <= 0 ? below : x[i]);
        float chosen = kept ? (kept[i] ? active : saturation) : active;
        y[i] = chosen * scale + shift;
    }
}

FOR_EACH_PROCESSOR
void selu_block_backward(
    const float *x, int64_t begin, int64_t end, const uint8_t *kept, float scale, const float *y_gradient,
    float *x_gradient) {
    for (int64_t i = begin; i < end; i++) {
        float slope = x[i] > 0 ? selu_scale : exponential(x[i] < 0 ? x[i] : 0.0f) * selu_saturation;
        float open = kept ? static_cast<float>(kept[i]) : 1.0f;
        x_gradient[i] = y_gradient[i] * slope * (open * scale);
    }
}

template <typename Real, typename Other>
INLINED void products_of_rows(
    const Real *a, const Other *b, int64_t begin, int64_t end, int64_t width, float *sums) {
    SUMS_IN_ANY_ORDER
    for (int64_t i = begin; i < end; i++) {
        float sum = 0;
        for (int64_t j = 0; j < width; j++) sum += widened(a[i * width + j]) * widened(b[i * width + j]);
        sums[i] = sum;
    }
}

template <typename Real>
INLINED void products_with_vectors(
    const Real *a, const float *b, int64_t begin, int64_t end, int64_t width, int64_t count, float *products) {
    SUMS_IN_ANY_ORDER
    for (int64_t i = begin; i < end; i++)
        for (int64_t k = 0; k < count; k++) {
            float sum = 0;
            for (int64_t j = 0; j < width; j++) sum += widened(a[i * width + j]) * b[k * width + j];
            products[i * count + k] = sum;
        }
}

#define PRODUCTS(Real, Other)                                                                                         \
    FOR_EACH_PROCESSOR                                                                                                \
    void products_block(const Real *a, const Other *b, int64_t begin, int64_t end, int64_t width, float *sums) {      \
        products_of_rows<Real, Other>(a, b, begin, end, width, sums);                                                 \
    }
PRODUCTS(float, float)
PRODUCTS(BFloat16, float)
PRODUCTS(BFloat16, BFloat16)
#undef PRODUCTS

#define VECTORS(Real)                                                                                                 \
    FOR_EACH_PROCESSOR                                                                                                \
    void vectors_block(                                                                                               \
        const Real *a, const float *b, int64_t begin, int64_t end, int64_t width, int64_t count, float *products) {   \
        products_with_vectors<Real>(a, b, begin, end, width, count, products);                                        \
    }
VECTORS(float)
VECTORS(BFloat16)
#undef VECTORS

constexpr float shortest_square = 1e-6f;

FOR_EACH_PROCESSOR
void cosines_block(const float *squares, int64_t begin, int64_t end, int64_t width, float *x) {
    for (int64_t i = begin; i < end; i++) {
        const float square = squares[i] < shortest_square ? shortest_square : squares[i];
        const float inverse = 1.0f / std::sqrt(square);
        for (int64_t j = 0; j < width; j++) x[i * width + j] *= inverse;
    }
}

FOR_EACH_PROCESSOR
void cosines_block_backward(
    const float *y_gradient, const float *y, const float *squares, int64_t begin, int64_t end, int64_t width,
    float *__restrict x_gradient, float *__restrict square_gradient) {
    SUMS_IN_ANY_ORDER
    for (int64_t i = begin; i < end; i++) {
        const bool is_long = squares[i] > shortest_square;
        const float square = is_long ? squares[i] : shortest_square;
        const float inverse = 1.0f / std::sqrt(square);
        float sum = 0;
        for (int64_t j = 0; j < width; j++) {
            sum += y_gradient[i * width + j] * y[i * width + j];
            x_gradient[i * width + j] = y_gradient[i * width + j] * inverse;
        }
        square_gradient[i] = is_long ? -0.5f * sum / square : 0.0f;
    }
}

template <typename Real>
INLINED void squares_rows_backward(
    Real *__restrict products, const float *x, const float *factor, int64_t begin, int64_t end, int64_t width,
    float *__restrict x_gradient) {
    for (int64_t i = begin; i < end; i++) {
        const float twice = 2 * factor[i];
        for (int64_t j = i * width; j < (i + 1) * width; j++) {
            x_gradient[j] += widened(products[j]) * twice;
            store(products[j], x[j] * twice);
        }
    }
}

#define SQUARES(Real)                                                                                                 \
    FOR_EACH_PROCESSOR                                                                                                \
    void squares_block_backward(                                                                                      \
        Real *products, const float *x, const float *factor, int64_t begin, int64_t end, int64_t width,               \
        float *x_gradient) {                                                                                          \
        squares_rows_backward<Real>(products, x, factor, begin, end, width, x_gradient);                              \
    }
SQUARES(float)
SQUARES(BFloat16)
#undef SQUARES

template <typename Real>
INLINED void rows_scaled(Real *x, const float *factor, int64_t begin, int64_t end, int64_t width) {
    for (int64_t i = begin; i < end; i++) {
        const float share = factor[i];
        for (int64_t j = i * width; j < (i + 1) * width; j++) store(x[j], widened(x[j]) * share);
    }
}

#define SCALED(Real)                                                                                                  \
    FOR_EACH_PROCESSOR                                                                                                \
    void scaled_block(Real *x, const float *factor, int64_t begin, int64_t end, int64_t width) {                      \
        rows_scaled<Real>(x, factor, begin, end, width);                                                              \
    }
SCALED(float)
SCALED(BFloat16)
#undef SCALED

FOR_EACH_PROCESSOR
void sum_block(const BFloat16 *x, int64_t begin, int64_t end, float *__restrict y) {
    for (int64_t i = begin; i < end; i++) y[i] += widened(x[i]);
}

/// Softmax of numbers of which the left out get 0.
FOR_EACH_PROCESSOR
void softmax_column(const float *x, int64_t count, const uint8_t *left_out, float *__restrict y) {
    SUMS_IN_ANY_ORDER
    constexpr float lowest = -std::numeric_limits<float>::infinity();
    float largest = lowest;
    if (left_out) {
        for (int64_t i = 0; i < count; i++) {
            const float value = left_out[i] ? lowest : x[i];
            largest = value > largest ? value : largest;
        }
    } else {
        for (int64_t i = 0; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    }
    float sum = 0;
    for (int64_t i = 0; i < count; i++) {
        float value = exponential(x[i] - largest);
        if (left_out) value = left_out[i] ? 0.0f : value;
        // A score that is no number makes all weights none.
        value = x[i] == x[i] ? value : x[i];
        y[i] = value;
        sum += value;
    }
    // A segment that is left out altogether has no weights.
    const float share = sum == 0 ? 0.0f : 1.0f / sum;
    for (int64_t i = 0; i < count; i++) y[i] *= share;
}

FOR_EACH_PROCESSOR
void bfloat16_block(const float *x, int64_t begin, int64_t end, BFloat16 *y) {
    for (int64_t i = begin; i < end; i++) store(y[i], x[i]);
}

/// The largest exponent among the elements.
FOR_EACH_PROCESSOR
uint32_t largest_exponent(const float *x, int64_t count) {
    uint32_t largest = 0;
    for (int64_t i = 0; i < count; i++) {
        uint32_t exponent = std::bit_cast<uint32_t>(x[i]) & 0x7f800000;
        largest = exponent > largest ? exponent : largest;
    }
    return largest;
}

// MARK: Mersenne twister

constexpr int twister_words = 624;
constexpr int twister_distance = 397;

INLINED uint32_t twisted(uint32_t first, uint32_t second, uint32_t far) {
    uint32_t mixed = (first & 0x80000000u) | (second & 0x7fffffffu);
    return far ^ (mixed >> 1) ^ (-(second & 1u) & 0x9908b0dfu);
}

FOR_EACH_PROCESSOR
void twist(uint32_t *state) {
    for (int i = 0; i < twister_words - twister_distance; i++)
        state[i] = twisted(state[i], state[i + 1], state[i + twister_distance]);
    for (int i = twister_words - twister_distance; i < twister_words - 1; i++)
        state[i] = twisted(state[i], state[i + 1], state[i + twister_distance - twister_words]);
    state[twister_words - 1] = twisted(state[twister_words - 1], state[0], state[twister_distance - 1]);
}

FOR_EACH_PROCESSOR
void bernoulli_block(const uint32_t *state, int64_t count, uint32_t threshold, uint8_t *kept) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t y = state[i];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        y ^= y >> 18;
        kept[i] = static_cast<uint8_t>((y & 0xffffffu) < threshold);
    }
}

} // namespace

void dropout(const float *x, int64_t count, const uint8_t *kept, float magnification, float *y, const Blocks &blocks) {
    in_blocks(count, block_elements, blocks, [&](int64_t, int64_t begin, int64_t end) {
        dropout_block(x, begin, end, kept, magnification, y);
    });
}

void selu_alpha_dropout(
    const float *x, int64_t count, const uint8_t *kept, const AlphaDropout &dropout, float *y, const Blocks &blocks) {
    in_blocks(count, block_elements, blocks, [&](int64_t, int64_t begin, int64_t end) {
        selu_block(x, begin, end, kept, dropout.saturation, dropout.scale, dropout.shift, y);
    });
}

void selu_alpha_dropout_backward(
    const float *x, int64_t count, const uint8_t *kept, const AlphaDropout &dropout, const float *y_gradient,
    float *x_gradient, const Blocks &blocks) {
    in_blocks(count, block_elements, blocks, [&](int64_t, int64_t begin, int64_t end) {
        selu_block_backward(x, begin, end, kept, dropout.scale, y_gradient, x_gradient);
    });
}

template <typename Real, typename Other>
void row_products(const Real *a, const Other *b, int64_t rows, int64_t width, float *sums, const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        products_block(a, b, begin, end, width, sums);
    });
}
template void row_products(const float *, const float *, int64_t, int64_t, float *, const Blocks &);
template void row_products(const BFloat16 *, const float *, int64_t, int64_t, float *, const Blocks &);
template void row_products(const BFloat16 *, const BFloat16 *, int64_t, int64_t, float *, const Blocks &);

template <typename Real>
void vector_products(
    const Real *a, const float *b, int64_t rows, int64_t width, int64_t count, float *products, const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        vectors_block(a, b, begin, end, width, count, products);
    });
}
template void vector_products<float>(const float *, const float *, int64_t, int64_t, int64_t, float *, const Blocks &);
template void vector_products<BFloat16>(
    const BFloat16 *, const float *, int64_t, int64_t, int64_t, float *, const Blocks &);

void cosine_rows(const float *squares, int64_t rows, int64_t width, float *x, const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        cosines_block(squares, begin, end, width, x);
    });
}

void cosine_rows_backward(
    const float *y_gradient, const float *y, const float *squares, int64_t rows, int64_t width, float *x_gradient,
    float *square_gradient, const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        cosines_block_backward(y_gradient, y, squares, begin, end, width, x_gradient, square_gradient);
    });
}

template <typename Real>
void squares_backward(
    Real *products, const float *x, const float *factor, int64_t rows, int64_t width, float *x_gradient,
    const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        squares_block_backward(products, x, factor, begin, end, width, x_gradient);
    });
}
template void squares_backward(float *, const float *, const float *, int64_t, int64_t, float *, const Blocks &);
template void squares_backward(BFloat16 *, const float *, const float *, int64_t, int64_t, float *, const Blocks &);

template <typename Real>
void scale_rows(Real *x, const float *factor, int64_t rows, int64_t width, const Blocks &blocks) {
    in_blocks(rows, block_rows, blocks, [&](int64_t, int64_t begin, int64_t end) {
        scaled_block(x, factor, begin, end, width);
    });
}
template void scale_rows(float *, const float *, int64_t, int64_t, const Blocks &);
template void scale_rows(BFloat16 *, const float *, int64_t, int64_t, const Blocks &);

void add_widened(const BFloat16 *x, int64_t count, float *y, const Blocks &blocks) {
    in_blocks(count, block_elements, blocks, [&](int64_t, int64_t begin, int64_t end) { sum_block(x, begin, end, y); });
}

void segment_softmax(
    const float *x, const int64_t *counts, int64_t segments, int64_t columns, const uint8_t *left_out, float *y) {
    std::vector<float> column, result;
    int64_t start = 0;
    for (int64_t segment = 0; segment < segments; segment++) {
        const int64_t count = counts[segment];
        const uint8_t *mask = left_out ? left_out + start : nullptr;
        if (columns == 1) {
            softmax_column(x + start, count, mask, y + start);
        } else {
            column.resize(count);
            result.resize(count);
            for (int64_t k = 0; k < columns; k++) {
                for (int64_t i = 0; i < count; i++) column[i] = x[(start + i) * columns + k];
                softmax_column(column.data(), count, mask, result.data());
                for (int64_t i = 0; i < count; i++) y[(start + i) * columns + k] = result[i];
            }
        }
        start += count;
    }
}

void row_means(const float *x, int64_t rows, int64_t columns, float *y, int64_t stride) {
    const float share = 1.0f / static_cast<float>(columns);
    for (int64_t i = 0; i < rows; i++) {
        float sum = 0;
        for (int64_t k = 0; k < columns; k++) sum += x[i * columns + k];
        y[i * stride] = sum * share;
    }
}

void mean_softmax_backward(
    const float *y, const float *gradient, int64_t stride, const int64_t *counts, int64_t segments, int64_t columns,
    float *x_gradient) {
    const float share = 1.0f / static_cast<float>(columns);
    int64_t start = 0;
    for (int64_t segment = 0; segment < segments; segment++) {
        const int64_t end = start + counts[segment];
        for (int64_t column = 0; column < columns; column++) {
            float sum = 0;
            for (int64_t i = start; i < end; i++) sum += y[i * columns + column] * gradient[i * stride];
            for (int64_t i = start; i < end; i++)
                x_gradient[i * columns + column] += y[i * columns + column] * (gradient[i * stride] - sum) * share;
        }
        start = end;
    }
}

bool all_finite(const std::vector<Numbers> &arrays, const Blocks &blocks) {
    std::vector<Numbers> pieces;
    for (auto [x, count] : arrays)
        for (int64_t begin = 0; begin < count; begin += block_elements)
            pieces.push_back({x + begin, std::min(block_elements, count - begin)});
    std::atomic<bool> result = true;
    blocks(static_cast<int64_t>(pieces.size()), [&](int64_t piece) {
        if (largest_exponent(pieces[piece].x, pieces[piece].count) >= 0x7f800000) result = false;
    });
    return result;
}

void to_bfloat16(const float *x, int64_t count, BFloat16 *y, const Blocks &blocks) {
    in_blocks(count, block_elements, blocks, [&](int64_t, int64_t begin, int64_t end) {
        bfloat16_block(x, begin, end, y);
    });
}

void bernoulli(Twister &twister, int64_t count, float probability, uint8_t *kept) {
    // u = m · 2⁻²⁴ < p for whole m: m < ⌈p · 2²⁴⌉.
    const auto threshold = static_cast<uint32_t>(std::ceil(static_cast<double>(probability) * 16777216.0));
    while (count > 0) {
        if (twister.left == 1) {
            twist(twister.state);
            twister.left = twister_words + 1;
            twister.next = 0;
        }
        const int64_t taken = std::min<int64_t>(count, twister.left - 1);
        bernoulli_block(twister.state + twister.next, taken, threshold, kept);
        kept += taken;
        count -= taken;
        twister.next += static_cast<uint32_t>(taken);
        twister.left -= static_cast<int32_t>(taken);
    }
}

} // namespace ctorch
