// Pseudoinverses of many small square matrices by iteration, as Nyström attention has them. Each matrix stays in the processor's
// first cache for all its products, where a library call for each product would spend most of its time on the calls.
#include "functions.h"
#include "vectors.h"

#include <algorithm>

using namespace ctorch;

namespace {

constexpr int64_t tile_rows = 4, tile_columns = 16;

/// One matrix with room around it for whole tiles. What stands in that room is never read into the matrix itself.
struct Square {
    float *values;
    int64_t size, rows, stride;
};

int64_t whole(int64_t count, int64_t of) { return (count + of - 1) / of * of; }

/// c = factor · a b + diagonal · I, or that added to c, which is neither a nor b.
INLINED void multiply(
    const float *a, const float *b, int64_t size, int64_t stride, float factor, float diagonal, bool adds,
    float *__restrict c) {
    SUMS_IN_ANY_ORDER
    for (int64_t i = 0; i < size; i += tile_rows)
        for (int64_t j = 0; j < size; j += tile_columns) {
            float sums[tile_rows][tile_columns];
            for (int64_t r = 0; r < tile_rows; r++)
                for (int64_t s = 0; s < tile_columns; s++) sums[r][s] = 0;
            for (int64_t k = 0; k < size; k++)
                for (int64_t r = 0; r < tile_rows; r++) {
                    const float x = a[(i + r) * stride + k];
                    for (int64_t s = 0; s < tile_columns; s++) sums[r][s] += x * b[k * stride + j + s];
                }
            for (int64_t r = 0; r < tile_rows; r++)
                for (int64_t s = 0; s < tile_columns; s++) {
                    float &place = c[(i + r) * stride + j + s];
                    place = adds ? place + factor * sums[r][s] : factor * sums[r][s];
                }
        }
    // Not in the loops above, which would no longer be kept in registers.
    for (int64_t i = 0; i < size; i++) c[i * stride + i] += diagonal;
}

FOR_EACH_PROCESSOR
void product(const Square &a, const Square &b, float factor, float diagonal, const Square &c) {
    multiply(a.values, b.values, c.size, c.stride, factor, diagonal, false, c.values);
}

FOR_EACH_PROCESSOR
void add_product(const Square &a, const Square &b, float factor, const Square &c) {
    multiply(a.values, b.values, c.size, c.stride, factor, 0, true, c.values);
}

/// c = diagonal · I − a
void taken_from(float diagonal, const Square &a, const Square &c) {
    for (int64_t i = 0; i < c.rows * c.stride; i++) c.values[i] = -a.values[i];
    for (int64_t i = 0; i < c.size; i++) c.values[i * c.stride + i] += diagonal;
}

void read(const float *from, const Square &to) {
    for (int64_t i = 0; i < to.size; i++) std::copy_n(from + i * to.size, to.size, to.values + i * to.stride);
}

void read_transposed(const float *from, const Square &to) {
    for (int64_t i = 0; i < to.size; i++)
        for (int64_t j = 0; j < to.size; j++) to.values[i * to.stride + j] = from[j * to.size + i];
}

void write(const Square &from, float *to) {
    for (int64_t i = 0; i < from.size; i++) std::copy_n(from.values + i * from.stride, from.size, to + i * from.size);
}

/// So many matrices of a size, in one piece of memory.
class Squares {
public:
    Squares(int64_t count, int64_t size)
        : size(size), rows(whole(size, tile_rows)), stride(whole(size, tile_columns)), values(count * rows * stride) {}

    Square operator[](int64_t number) { return {values.data() + number * rows * stride, size, rows, stride}; }

private:
    int64_t size, rows, stride;
    std::vector<float> values;
};

/// `body(matrix, squares)` for all matrices, on threads, with as many squares to work in.
template <typename Body> void for_each_matrix(int64_t matrices, int64_t size, int64_t squares, Body body) {
    on_threads(matrices, [&](int64_t matrix) {
        Squares own(squares, size);
        body(matrix, own);
    });
}

/// Z ← ¼ Z (13 I − A Z (15 I − A Z (7 I − A Z))), so many times.
struct Pseudoinverse : Function<Pseudoinverse> {
    static Tensor forward(AutogradContext *context, const Tensor &a, const Tensor &start, int64_t iterations) {
        const int64_t size = a.size(-1), area = size * size, matrices = a.numel() / std::max<int64_t>(area, 1);
        auto result = at::empty_like(a);
        // Z before each iteration.
        auto states = at::empty({iterations, matrices, size, size}, a.options());
        const float *given = a.const_data_ptr<float>(), *first = start.const_data_ptr<float>();
        float *kept = states.mutable_data_ptr<float>(), *results = result.mutable_data_ptr<float>();
        for_each_matrix(matrices, size, 6, [&](int64_t matrix, Squares &own) {
            const Square a = own[0], p = own[1], u = own[2], v = own[3];
            Square z = own[4], next = own[5];
            read(given + matrix * area, a);
            read(first + matrix * area, z);
            for (int64_t iteration = 0; iteration < iterations; iteration++) {
                write(z, kept + (iteration * matrices + matrix) * area);
                product(a, z, 1, 0, p);
                taken_from(7, p, u);
                product(p, u, -1, 15, v);
                product(p, v, -1, 13, u);
                product(z, u, 0.25f, 0, next);
                std::swap(z, next);
            }
            write(z, results + matrix * area);
        });
        context->save_for_backward({a, states});
        return result;
    }

    /// With P = AZ, U = 7 I − P, V = 15 I − PU, W = 13 I − PV. All four are polynomials of P, so that their transposes are products
    /// of transposes in any order, and nothing but Z has to be turned.
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor a = saved[0], states = saved[1], given = gradients[0].contiguous();
        const int64_t iterations = states.size(0), matrices = states.size(1), size = states.size(2), area = size * size;
        auto of_a = at::empty_like(a), of_start = at::empty_like(a);
        const float *matrix_values = a.const_data_ptr<float>(), *kept = states.const_data_ptr<float>();
        const float *gradient = given.const_data_ptr<float>();
        float *a_results = of_a.mutable_data_ptr<float>(), *start_results = of_start.mutable_data_ptr<float>();
        for_each_matrix(matrices, size, 12, [&](int64_t matrix, Squares &own) {
            const Square at = own[0], zt = own[1], pt = own[2], ut = own[3], vt = own[4], wt = own[5];
            const Square dw = own[6], dv = own[7], dp = own[8], da = own[9];
            Square g = own[10], dz = own[11];
            read_transposed(matrix_values + matrix * area, at);
            read(gradient + matrix * area, g);
            std::fill_n(da.values, da.rows * da.stride, 0.0f);
            for (int64_t iteration = iterations; iteration-- > 0;) {
                read_transposed(kept + (iteration * matrices + matrix) * area, zt);
                product(zt, at, 1, 0, pt);
                taken_from(7, pt, ut);
                product(ut, pt, -1, 15, vt);
                product(vt, pt, -1, 13, wt);
                product(g, wt, 0.25f, 0, dz);
                product(zt, g, 0.25f, 0, dw);
                product(pt, dw, -1, 0, dv);
                product(dw, vt, -1, 0, dp);
                add_product(dv, ut, -1, dp);
                add_product(pt, dv, 1, dp);
                add_product(dp, zt, 1, da);
                add_product(at, dp, 1, dz);
                std::swap(g, dz);
            }
            write(da, a_results + matrix * area);
            write(g, start_results + matrix * area);
        });
        return {of_a, of_start, {}};
    }
};

} // namespace

extern "C" int ct_pseudoinverse(const CTTensor *a, const CTTensor *start, int64_t iterations, CTTensor **result) {
    return guarded([&] {
        auto matrices = plain(near(a)), first = plain(near(start));
        require(
            matrices.dim() >= 2 && matrices.size(-1) == matrices.size(-2) && matrices.sizes() == first.sizes(),
            "square matrices and a start for each are wanted");
        *result = new CTTensor{Pseudoinverse::apply(matrices, first, iterations).to(a->value.device())};
    });
}
