// The terms between embeddings of the same patients, each with its gradient in closed form. All are small: what they would cost
// as chains of operators is the chains.
#include "functions.h"
#include "vectors.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace ctorch;

namespace {

/// The number as the only element; infinite where the tensor's precision has no such number.
void set_number(Tensor &place, double number) {
    in_precision_of(place, [&](auto zero) {
        using Real = decltype(zero);
        *place.mutable_data_ptr<Real>() = static_cast<Real>(number);
    });
}

// MARK: Directions

struct Directions : Function<Directions> {
    static Tensor forward(AutogradContext *context, const Tensor &x) {
        const Unit unit(x.reshape({-1, x.size(-1)}));
        context->save_for_backward({unit.vectors, unit.lengths});
        return unit.vectors.view(x.sizes());
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const auto given = gradients[0].reshape(saved[0].sizes());
        return {Unit(saved[0], saved[1]).backward(given).view(gradients[0].sizes())};
    }
};

// MARK: Contrast

/// One direction of the contrast: each patient is to recognise its own pair among all patients and the remembered ones.
///
/// @param likeness of patient i and j at i · row + j · column, over the temperature: [patients, patients].
/// @param others likeness to what is remembered, [patients, remembered].
/// @param is_own true where a remembered one is of the very patient, or null.
/// @param own, remembered out: the softmax of all.
/// @return Σ −log of the own pair's share.
template <typename Real>
double recognition(
    const Real *likeness, int64_t row, int64_t column, const Real *others, const bool *is_own, int64_t patients,
    int64_t count, Real temperature, Real *own, Real *remembered) {
    double loss = 0;
    std::vector<Real> all(patients + count);
    for (int64_t i = 0; i < patients; i++) {
        SUMS_IN_ANY_ORDER
        for (int64_t j = 0; j < patients; j++) all[j] = likeness[i * row + j * column];
        for (int64_t k = 0; k < count; k++)
            all[patients + k] =
                is_own && is_own[i * count + k] ? -std::numeric_limits<Real>::infinity() : others[i * count + k];
        const Real pair = all[i], largest = *std::max_element(all.begin(), all.end());
        Real sum = 0;
        for (Real &value : all) {
            value = exponential((value - largest) / temperature);
            sum += value;
        }
        const Real share = 1 / sum;
        for (int64_t j = 0; j < patients; j++) own[i * patients + j] = all[j] * share;
        for (int64_t k = 0; k < count; k++) remembered[i * count + k] = all[patients + k] * share;
        // What is no number stays none.
        loss += pair == pair ? std::log(static_cast<double>(sum)) - static_cast<double>((pair - largest) / temperature) : NAN;
    }
    return loss;
}

struct Contrast : Function<Contrast> {
    /// @param memory_x, memory_y [remembered, width] of length 1, empty for none; @param own_in_x, own_in_y true where a
    /// remembered row is of the very patient [patients, remembered], empty where none is.
    static Tensor forward(
        AutogradContext *context, const Tensor &x, const Tensor &y, const Tensor &memory_x, const Tensor &memory_y,
        const Tensor &own_in_x, const Tensor &own_in_y, double temperature) {
        const Unit unit_x(x), unit_y(y);
        const int64_t patients = x.size(0);
        auto likeness = at::mm(unit_x.vectors, unit_y.vectors.t());
        auto loss = at::empty({}, x.options());
        double sum = 0;
        auto direction = [&](const Tensor &from, const Tensor &memory, const Tensor &is_own, bool is_forth) {
            const int64_t count = memory.numel() > 0 ? memory.size(0) : 0;
            auto others = count > 0 ? at::mm(from, memory.t()) : memory;
            auto own = at::empty_like(likeness), remembered = at::empty({patients, count}, likeness.options());
            in_precision_of(likeness, [&](auto zero) {
                using Real = decltype(zero);
                sum += recognition<Real>(
                    likeness.const_data_ptr<Real>(), is_forth ? patients : 1, is_forth ? 1 : patients,
                    count > 0 ? others.const_data_ptr<Real>() : nullptr,
                    is_own.numel() > 0 ? is_own.const_data_ptr<bool>() : nullptr, patients, count,
                    static_cast<Real>(temperature), own.mutable_data_ptr<Real>(), remembered.mutable_data_ptr<Real>());
            });
            return std::pair(own, remembered);
        };
        auto forth = direction(unit_x.vectors, memory_y, own_in_y, true);
        auto back = direction(unit_y.vectors, memory_x, own_in_x, false);
        set_number(loss, sum / (2 * static_cast<double>(patients)));
        context->save_for_backward(
            {unit_x.vectors, unit_x.lengths, unit_y.vectors, unit_y.lengths, memory_x, memory_y, forth.first, forth.second,
             back.first, back.second});
        context->saved_data["temperature"] = temperature;
        return loss;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto s = context->get_saved_variables();
        const Unit unit_x(s[0], s[1]), unit_y(s[2], s[3]);
        const Tensor &memory_x = s[4], &memory_y = s[5];
        const int64_t patients = s[6].size(0);
        const double share = gradients[0].item<double>()
            / (2 * static_cast<double>(patients) * context->saved_data["temperature"].toDouble());
        // Both directions have part in the likeness of the pairs.
        auto of_likeness = at::empty_like(s[6]);
        in_precision_of(of_likeness, [&](auto zero) {
            using Real = decltype(zero);
            const Real *forth = s[6].const_data_ptr<Real>(), *back = s[8].const_data_ptr<Real>();
            Real *out = of_likeness.mutable_data_ptr<Real>();
            for (int64_t i = 0; i < patients; i++)
                for (int64_t j = 0; j < patients; j++)
                    out[i * patients + j] = static_cast<Real>(share)
                        * (forth[i * patients + j] + back[j * patients + i] - (i == j ? 2 : 0));
        });
        auto of_x = at::mm(of_likeness, unit_y.vectors), of_y = at::mm(of_likeness.t(), unit_x.vectors);
        if (memory_y.numel() > 0) of_x.addmm_(s[7], memory_y, 1, share);
        if (memory_x.numel() > 0) of_y.addmm_(s[9], memory_x, 1, share);
        return {unit_x.backward(of_x), unit_y.backward(of_y), {}, {}, {}, {}, {}};
    }
};

// MARK: Variance, invariance, covariance

/// The rows of two matrices, one below the other.
template <typename Real> struct Stacked {
    const Real *first, *second;
    int64_t first_count, second_count, width;

    int64_t count() const { return first_count + second_count; }
    const Real *operator[](int64_t row) const {
        return row < first_count ? first + row * width : second + (row - first_count) * width;
    }
};

/// Σ_j max(0, 1 − sd_j) + 0.1 Σ_{j≠l} cov_jl² / width of some rows; 0 below two.
///
/// @param means out: [width]; @param slope out: the gradient with respect to the covariance, [width, width].
template <typename Real> double spread(const Stacked<Real> &rows, Real *means, Real *slope) {
    const int64_t width = rows.width, count = rows.count();
    std::fill(means, means + width, Real(0));
    std::fill(slope, slope + width * width, Real(0));
    if (count < 2) return 0;
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < width; j++) means[j] += rows[i][j];
    for (int64_t j = 0; j < width; j++) means[j] /= static_cast<Real>(count);
    std::vector<Real> centred(width);
    for (int64_t i = 0; i < count; i++) {
        for (int64_t j = 0; j < width; j++) centred[j] = rows[i][j] - means[j];
        for (int64_t j = 0; j < width; j++)
            for (int64_t l = 0; l < width; l++) slope[j * width + l] += centred[j] * centred[l];
    }
    double loss = 0;
    for (int64_t j = 0; j < width; j++) {
        for (int64_t l = 0; l < width; l++) {
            Real &place = slope[j * width + l];
            const Real covariance = place / static_cast<Real>(count - 1);
            if (j == l) {
                const Real deviation = std::sqrt(covariance + Real(1e-4));
                loss += std::max(0.0, 1.0 - static_cast<double>(deviation));
                place = deviation < 1 ? Real(-0.5) / deviation : Real(0);
            } else {
                loss += 0.1 / static_cast<double>(width) * static_cast<double>(covariance) * static_cast<double>(covariance);
                place = Real(0.2) / static_cast<Real>(width) * covariance;
            }
        }
    }
    return loss;
}

struct VarianceInvarianceCovariance : Function<VarianceInvarianceCovariance> {
    static Tensor forward(
        AutogradContext *context, const Tensor &x, const Tensor &y, const Tensor &memory_x, const Tensor &memory_y) {
        auto a = x.contiguous(), b = y.contiguous();
        const int64_t patients = a.size(0), width = a.size(1);
        auto loss = at::empty({}, a.options());
        auto means = at::empty({2, width}, a.options()), slopes = at::empty({2, width, width}, a.options());
        std::vector<int64_t> counts;
        in_precision_of(a, [&](auto zero) {
            using Real = decltype(zero);
            const Real *p = a.const_data_ptr<Real>(), *q = b.const_data_ptr<Real>();
            double sum = 0;
            for (int64_t i = 0; i < patients * width; i++) sum += static_cast<double>((p[i] - q[i]) * (p[i] - q[i]));
            sum /= static_cast<double>(patients);
            for (int64_t side = 0; side < 2; side++) {
                const Tensor &memory = side == 0 ? memory_x : memory_y;
                const int64_t remembered = memory.numel() > 0 ? memory.size(0) : 0;
                sum += spread<Real>(
                    {side == 0 ? p : q, remembered > 0 ? memory.const_data_ptr<Real>() : nullptr, patients, remembered,
                     width},
                    means.mutable_data_ptr<Real>() + side * width, slopes.mutable_data_ptr<Real>() + side * width * width);
                counts.push_back(patients + remembered);
            }
            set_number(loss, sum);
        });
        context->save_for_backward({a, b, means, slopes});
        context->saved_data["counts"] = counts;
        return loss;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto s = context->get_saved_variables();
        auto counts = context->saved_data["counts"].toIntVector();
        const Tensor &a = s[0], &b = s[1], &means = s[2], &slopes = s[3];
        const int64_t patients = a.size(0), width = a.size(1);
        const double given = gradients[0].item<double>();
        auto of_a = at::empty_like(a), of_b = at::empty_like(b);
        in_precision_of(a, [&](auto zero) {
            using Real = decltype(zero);
            for (int64_t side = 0; side < 2; side++) {
                const Real *own = (side == 0 ? a : b).const_data_ptr<Real>();
                const Real *other = (side == 0 ? b : a).const_data_ptr<Real>();
                const Real *mean = means.const_data_ptr<Real>() + side * width;
                const Real *slope = slopes.const_data_ptr<Real>() + side * width * width;
                Real *out = (side == 0 ? of_a : of_b).mutable_data_ptr<Real>();
                // Sums over centred rows are 0, so that the mean adds nothing.
                const Real scale = counts[side] > 1 ? static_cast<Real>(2 * given / static_cast<double>(counts[side] - 1)) : 0;
                const Real pull = static_cast<Real>(2 * given / static_cast<double>(patients));
                for (int64_t i = 0; i < patients; i++)
                    for (int64_t j = 0; j < width; j++) {
                        Real sum = 0;
                        for (int64_t l = 0; l < width; l++) sum += (own[i * width + l] - mean[l]) * slope[l * width + j];
                        out[i * width + j] = pull * (own[i * width + j] - other[i * width + j]) + scale * sum;
                    }
            }
        });
        return {of_a, of_b, {}, {}};
    }
};

// MARK: Margin to the anchors

/// mean of max(0, margin − cos(r, a_own) + max over others of cos(r, a)), a the mean of a modality's unit anchors.
struct AnchorMargin : Function<AnchorMargin> {
    /// @param joined the anchors of all modalities, `counts` of each.
    static Tensor forward(
        AutogradContext *context, const Tensor &embedding, const Tensor &joined, const std::vector<int64_t> &counts,
        int64_t own, double margin) {
        const Unit rows(embedding), units(joined);
        const auto modalities = static_cast<int64_t>(counts.size());
        auto means = at::zeros({modalities, joined.size(1)}, joined.options());
        gathered_means(units.vectors, counts, means);
        const Unit directions(means);
        auto cosines = at::mm(rows.vectors, directions.vectors.t());
        const int64_t patients = cosines.size(0);
        // The gradient of the sum of what exceeds, with respect to the cosines.
        auto slope = at::zeros_like(cosines);
        auto loss = at::empty({}, cosines.options());
        in_precision_of(cosines, [&](auto zero) {
            using Real = decltype(zero);
            const Real *cosine = cosines.const_data_ptr<Real>();
            Real *out = slope.mutable_data_ptr<Real>();
            double sum = 0;
            for (int64_t i = 0; i < patients; i++) {
                int64_t nearest = own == 0 ? 1 : 0;
                for (int64_t m = 0; m < modalities; m++)
                    if (m != own && cosine[i * modalities + m] > cosine[i * modalities + nearest]) nearest = m;
                const double excess =
                    margin + static_cast<double>(cosine[i * modalities + nearest] - cosine[i * modalities + own]);
                // What is no number stays none.
                if (excess <= 0) continue;
                sum += excess;
                out[i * modalities + nearest] = 1;
                out[i * modalities + own] = -1;
            }
            set_number(loss, sum / static_cast<double>(patients));
        });
        context->save_for_backward(
            {rows.vectors, rows.lengths, units.vectors, units.lengths, directions.vectors, directions.lengths, slope});
        context->saved_data["counts"] = counts;
        return loss;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto s = context->get_saved_variables();
        const Unit rows(s[0], s[1]), units(s[2], s[3]), directions(s[4], s[5]);
        auto counts = context->saved_data["counts"].toIntVector();
        auto of_cosines = s[6] * (gradients[0] / static_cast<double>(s[6].size(0)));
        auto of_means = directions.backward(at::mm(of_cosines.t(), rows.vectors));
        auto of_units = at::empty_like(units.vectors);
        in_precision_of(of_means, [&](auto zero) {
            using Real = decltype(zero);
            const int64_t width = of_means.size(1);
            const Real *given = of_means.const_data_ptr<Real>();
            Real *out = of_units.mutable_data_ptr<Real>();
            for (int64_t count : counts) {
                for (int64_t anchor = 0; anchor < count; anchor++, out += width)
                    for (int64_t j = 0; j < width; j++) out[j] = given[j] / static_cast<Real>(count);
                given += width;
            }
        });
        return {
            rows.backward(at::mm(of_cosines, directions.vectors)), units.backward(of_units), {}, {}, {}};
    }
    static void gathered_means(const Tensor &units, const std::vector<int64_t> &counts, Tensor &means) {
        in_precision_of(units, [&](auto zero) {
            using Real = decltype(zero);
            const int64_t width = units.size(1);
            const Real *row = units.const_data_ptr<Real>();
            Real *mean = means.mutable_data_ptr<Real>();
            for (int64_t count : counts) {
                for (int64_t anchor = 0; anchor < count; anchor++, row += width)
                    for (int64_t j = 0; j < width; j++) mean[j] += row[j] / static_cast<Real>(count);
                mean += width;
            }
        });
    }
};

/// The tensor in the processor's memory, its elements one after another; empty for none.
Tensor or_empty(const CTTensor *tensor) {
    return tensor ? near(tensor).contiguous() : at::empty({0}, at::TensorOptions().dtype(at::kFloat));
}

} // namespace

extern "C" {

int ct_normalized(const CTTensor *x, CTTensor **result) {
    return guarded([&] { *result = new CTTensor{Directions::apply(near(x)).to(x->value.device())}; });
}

int ct_contrast(
    const CTTensor *x, const CTTensor *y, const CTTensor *memory_x, const CTTensor *memory_y, const CTTensor *own_in_x,
    const CTTensor *own_in_y, double temperature, CTTensor **result) {
    return guarded([&] {
        *result = new CTTensor{Contrast::apply(
            near(x), near(y), or_empty(memory_x), or_empty(memory_y), or_empty(own_in_x), or_empty(own_in_y), temperature)
            .to(x->value.device())};
    });
}

int ct_variance_invariance_covariance(
    const CTTensor *x, const CTTensor *y, const CTTensor *memory_x, const CTTensor *memory_y, CTTensor **result) {
    return guarded([&] {
        require(x->value.sizes() == y->value.sizes(), "embeddings of different shapes");
        *result = new CTTensor{VarianceInvarianceCovariance::apply(
            near(x), near(y), or_empty(memory_x), or_empty(memory_y)).to(x->value.device())};
    });
}

int ct_anchor_margin(
    const CTTensor *embedding, CTTensor *const *anchors, size_t modalities, size_t own, double margin, CTTensor **result) {
    return guarded([&] {
        require(modalities > 1 && own < modalities, "a margin is one to another modality's anchors");
        std::vector<Tensor> list;
        std::vector<int64_t> counts;
        for (size_t modality = 0; modality < modalities; modality++) {
            list.push_back(near(anchors[modality]));
            counts.push_back(list.back().size(0));
        }
        *result = new CTTensor{
            AnchorMargin::apply(near(embedding), at::cat(list, 0), counts, static_cast<int64_t>(own), margin)
                .to(embedding->value.device())};
    });
}
}
