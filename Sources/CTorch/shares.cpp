// What the prototypes gather: the tokens' shares, counted by keys, and the mean of what they gathered, by a gate.
#include "functions.h"
#include "vectors.h"

#include <algorithm>
#include <cmath>

using namespace ctorch;

namespace {

/// The least sum that shares are divided by.
constexpr double smallest_sum = 1e-12;

/// Shares times factors exp(score − the column's largest score), each column divided by its sum over a bag: what cancels is
/// taken away, so that nothing overflows.
///
/// @param factors in: the scores [tokens, columns].
/// @param result out: [bags, tokens, columns]; @param sums out: [bags, columns]
template <typename Real>
void keyed_shares(
    const Real *shares, int64_t bags, int64_t tokens, int64_t columns, Real *__restrict factors, Real *__restrict result,
    Real *__restrict sums) {
    std::vector<Real> largest(factors, factors + columns);
    for (int64_t i = 1; i < tokens; i++)
        for (int64_t k = 0; k < columns; k++) largest[k] = std::max(largest[k], factors[i * columns + k]);
    for (int64_t i = 0; i < tokens; i++)
        for (int64_t k = 0; k < columns; k++) factors[i * columns + k] = exponential(factors[i * columns + k] - largest[k]);
    for (int64_t bag = 0; bag < bags; bag++, shares += tokens * columns, result += tokens * columns, sums += columns) {
        std::fill(sums, sums + columns, Real(0));
        for (int64_t i = 0; i < tokens; i++)
            for (int64_t k = 0; k < columns; k++) {
                result[i * columns + k] = shares[i * columns + k] * factors[i * columns + k];
                sums[k] += result[i * columns + k];
            }
        for (int64_t i = 0; i < tokens; i++)
            for (int64_t k = 0; k < columns; k++)
                result[i * columns + k] /= std::max(sums[k], static_cast<Real>(smallest_sum));
    }
}

/// The gradient of the same with respect to the shares, where it is wanted, and, summed over bags, to the scores.
template <typename Real>
void keyed_shares_backward(
    const Real *given, const Real *result, const Real *factors, const Real *sums, int64_t bags, int64_t tokens,
    int64_t columns, Real *__restrict of_shares, Real *__restrict of_scores) {
    std::vector<Real> along(columns);
    for (int64_t bag = 0; bag < bags; bag++, given += tokens * columns, result += tokens * columns, sums += columns) {
        std::fill(along.begin(), along.end(), Real(0));
        for (int64_t i = 0; i < tokens; i++)
            for (int64_t k = 0; k < columns; k++) along[k] += given[i * columns + k] * result[i * columns + k];
        // What is divided by a constant does not hang on its sum.
        for (int64_t k = 0; k < columns; k++)
            if (sums[k] <= static_cast<Real>(smallest_sum)) along[k] = 0;
        for (int64_t i = 0; i < tokens; i++)
            for (int64_t k = 0; k < columns; k++) {
                const int64_t place = i * columns + k;
                const Real change = given[place] - along[k];
                of_scores[place] += change * result[place];
                if (of_shares) *of_shares++ = change * factors[place] / std::max(sums[k], static_cast<Real>(smallest_sum));
            }
    }
}

/// shares · exp(E Pᵀ/√d), each column made to sum to 1 again over the tokens of a bag.
struct KeyedShares : Function<KeyedShares> {
    static Tensor forward(AutogradContext *context, const Tensor &shares, const Tensor &keys, const Tensor &prototypes) {
        const auto given = shares.contiguous();
        const int64_t tokens = keys.size(0), columns = prototypes.size(0), bags = given.size(0) / tokens;
        auto factors = at::mm(keys, prototypes.t()).mul_(scale(keys));
        auto result = at::empty_like(given), sums = at::empty({bags, columns}, given.options());
        in_precision_of(given, [&](auto zero) {
            using Real = decltype(zero);
            keyed_shares(
                given.const_data_ptr<Real>(), bags, tokens, columns, factors.mutable_data_ptr<Real>(),
                result.mutable_data_ptr<Real>(), sums.mutable_data_ptr<Real>());
        });
        context->save_for_backward({result, factors, sums, keys, prototypes});
        return result;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &result = saved[0], &factors = saved[1], &sums = saved[2], &keys = saved[3], &prototypes = saved[4];
        const auto given = gradients[0].contiguous();
        auto of_shares = context->needs_input_grad(0) ? at::empty_like(given) : Tensor();
        auto of_scores = at::zeros_like(factors);
        in_precision_of(given, [&](auto zero) {
            using Real = decltype(zero);
            keyed_shares_backward(
                given.const_data_ptr<Real>(), result.const_data_ptr<Real>(), factors.const_data_ptr<Real>(),
                sums.const_data_ptr<Real>(), sums.size(0), keys.size(0), prototypes.size(0),
                of_shares.defined() ? of_shares.mutable_data_ptr<Real>() : nullptr, of_scores.mutable_data_ptr<Real>());
        });
        of_scores.mul_(scale(keys));
        return {of_shares, at::mm(of_scores, prototypes), at::mm(of_scores.t(), keys)};
    }
    static double scale(const Tensor &keys) { return 1 / std::sqrt(static_cast<double>(keys.size(1))); }
};

template <typename Real> Real dot(const Real *a, const Real *b, int64_t count) {
    SUMS_IN_ANY_ORDER
    Real sum = 0;
    for (int64_t j = 0; j < count; j++) sum += a[j] * b[j];
    return sum;
}

/// π = softmax_k(w · a_k) of each matrix of rows a_k, and Σ_k π_k u_k.
///
/// @param active a [matrices, rows, inner]; @param values u [matrices, rows, width]; @param score w [inner]
template <typename Real>
void gated_mean(
    const Real *active, const Real *values, const Real *score, int64_t matrices, int64_t rows, int64_t inner, int64_t width,
    Real *weights, Real *__restrict mean) {
    std::fill(mean, mean + matrices * width, Real(0));
    for (int64_t matrix = 0; matrix < matrices; matrix++, weights += rows, mean += width) {
        for (int64_t k = 0; k < rows; k++, active += inner) weights[k] = dot(active, score, inner);
        const Real largest = *std::max_element(weights, weights + rows);
        Real sum = 0;
        for (int64_t k = 0; k < rows; k++) sum += weights[k] = exponential(weights[k] - largest);
        for (int64_t k = 0; k < rows; k++, values += width) {
            weights[k] /= sum;
            for (int64_t j = 0; j < width; j++) mean[j] += weights[k] * values[j];
        }
    }
}

/// The gradient of the same, with a = tanh(s), with respect to s and w, and what of that to u comes through the sum alone.
///
/// @param of_mean [matrices, width]; @param of_weights in: the gradient that comes to π from elsewhere [matrices, rows].
/// @param of_score in: zeros.
template <typename Real>
void gated_mean_backward(
    const Real *active, const Real *values, const Real *score, const Real *weights, const Real *of_mean, int64_t matrices,
    int64_t rows, int64_t inner, int64_t width, Real *of_weights, Real *__restrict of_sums, Real *__restrict of_score,
    Real *__restrict of_values) {
    for (int64_t matrix = 0; matrix < matrices; matrix++) {
        for (int64_t k = 0; k < rows; k++) of_weights[k] += dot(values + k * width, of_mean, width);
        const Real along = dot(of_weights, weights, rows);
        for (int64_t k = 0; k < rows; k++) {
            const Real slope = weights[k] * (of_weights[k] - along), weight = weights[k];
            for (int64_t j = 0; j < inner; j++) {
                of_score[j] += slope * active[j];
                of_sums[j] = (1 - active[j] * active[j]) * score[j] * slope;
            }
            for (int64_t j = 0; j < width; j++) of_values[j] = weight * of_mean[j];
            active += inner, of_sums += inner, of_values += width;
        }
        values += rows * width, weights += rows, of_weights += rows, of_mean += width;
    }
}

/// Σ_k π_k u_k with π = softmax_k(w · tanh(V u_k + b)) over the rows of each [K, d] matrix.
struct GatedMean : Function<GatedMean> {
    static variable_list forward(
        AutogradContext *context, const Tensor &matrices, const Tensor &hidden, const Tensor &bias, const Tensor &score) {
        const auto values = matrices.contiguous();
        const int64_t count = values.size(0), rows = values.size(1), width = values.size(2), inner = hidden.size(0);
        auto active = at::addmm(bias, values.view({-1, width}), hidden.t()).tanh_();
        auto mean = at::empty({count, width}, values.options()), weights = at::empty({count, rows}, values.options());
        in_precision_of(values, [&](auto zero) {
            using Real = decltype(zero);
            gated_mean(
                active.const_data_ptr<Real>(), values.const_data_ptr<Real>(), score.const_data_ptr<Real>(), count, rows,
                inner, width, weights.mutable_data_ptr<Real>(), mean.mutable_data_ptr<Real>());
        });
        context->save_for_backward({values, hidden, score, active, weights});
        context->set_materialize_grads(false);
        return {mean, weights};
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &values = saved[0], &hidden = saved[1], &score = saved[2], &active = saved[3], &weights = saved[4];
        const int64_t count = values.size(0), rows = values.size(1), width = values.size(2), inner = hidden.size(0);
        const auto given = gradients[0].defined() ? gradients[0].contiguous() : at::zeros({count, width}, values.options());
        auto of_weights = gradients[1].defined() ? gradients[1].clone(at::MemoryFormat::Contiguous) : at::zeros_like(weights);
        auto of_sums = at::empty_like(active), of_score = at::zeros_like(score);
        auto of_values = at::empty({count * rows, width}, values.options());
        in_precision_of(values, [&](auto zero) {
            using Real = decltype(zero);
            gated_mean_backward(
                active.const_data_ptr<Real>(), values.const_data_ptr<Real>(), score.const_data_ptr<Real>(),
                weights.const_data_ptr<Real>(), given.const_data_ptr<Real>(), count, rows, inner, width,
                of_weights.mutable_data_ptr<Real>(), of_sums.mutable_data_ptr<Real>(), of_score.mutable_data_ptr<Real>(),
                of_values.mutable_data_ptr<Real>());
        });
        of_values.addmm_(of_sums, hidden);
        return {of_values.view(values.sizes()), at::mm(of_sums.t(), values.view({-1, width})), of_sums.sum(0), of_score};
    }
};

} // namespace

extern "C" {

int ct_keyed_shares(const CTTensor *shares, const CTTensor *keys, const CTTensor *prototypes, CTTensor **result) {
    return guarded([&] {
        require(shares->value.size(0) % keys->value.size(0) == 0, "keys of other tokens");
        *result = new CTTensor{KeyedShares::apply(near(shares), near(keys), near(prototypes)).to(shares->value.device())};
    });
}

int ct_gated_mean(
    const CTTensor *values, const CTTensor *hidden, const CTTensor *bias, const CTTensor *score, CTTensor **mean,
    CTTensor **weights) {
    return guarded([&] {
        auto results = GatedMean::apply(near(values), near(hidden), near(bias), near(score).contiguous());
        *mean = new CTTensor{results[0].to(values->value.device())};
        *weights = new CTTensor{results[1].to(values->value.device())};
    });
}
}
