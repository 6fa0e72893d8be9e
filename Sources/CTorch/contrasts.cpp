// The terms between embeddings of the same patients, each with its gradient in closed form. All are small; what they cost as
// chains of operators is the chains.
#include "functions.h"

using namespace ctorch;

namespace {

// MARK: Contrast

/// One direction of the contrast: row i of `from` is to recognise row i of `to` among all its rows and the remembered ones.
struct Recognition {
    /// Probabilities of the rows and of the remembered ones: [patients, patients], [patients, remembered].
    Tensor own, remembered;
    Tensor loss;

    Recognition(const Tensor &likeness, const Tensor &from, const Tensor &memory, const Tensor &is_own, double temperature) {
        auto all = likeness;
        if (memory.numel() > 0) {
            auto others = at::mm(from, memory.t()).div_(temperature);
            if (is_own.numel() > 0) others.masked_fill_(is_own, -1e9);
            all = at::cat({likeness, others}, 1);
        }
        auto logs = all.log_softmax(1);
        loss = logs.diagonal().mean().neg();
        auto shares = logs.exp_();
        own = shares.narrow(1, 0, likeness.size(1));
        remembered = shares.narrow(1, likeness.size(1), shares.size(1) - likeness.size(1));
    }
};

struct Contrast : Function<Contrast> {
    /// @param memory_x, memory_y [remembered, width] of length 1, empty for none; @param is_own true where a remembered row is of the
    /// very patient [patients, remembered], empty where none is.
    static Tensor forward(
        AutogradContext *context, const Tensor &x, const Tensor &y, const Tensor &memory_x, const Tensor &memory_y,
        const Tensor &own_in_x, const Tensor &own_in_y, double temperature) {
        const Unit unit_x(x), unit_y(y);
        auto likeness = at::mm(unit_x.vectors, unit_y.vectors.t()).div_(temperature);
        const Recognition of_y(likeness, unit_x.vectors, memory_y, own_in_y, temperature);
        const Recognition of_x(likeness.t(), unit_y.vectors, memory_x, own_in_x, temperature);
        context->save_for_backward(
            {unit_x.vectors, unit_x.lengths, unit_x.is_long, unit_y.vectors, unit_y.lengths, unit_y.is_long, memory_x,
             memory_y, of_y.own, of_y.remembered, of_x.own, of_x.remembered});
        context->saved_data["temperature"] = temperature;
        return (of_y.loss + of_x.loss).mul_(0.5);
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto s = context->get_saved_variables();
        const Unit unit_x(s[0], s[1], s[2]), unit_y(s[3], s[4], s[5]);
        const Tensor &memory_x = s[6], &memory_y = s[7];
        const auto patients = static_cast<double>(unit_x.vectors.size(0));
        auto share = gradients[0] / (2 * patients * context->saved_data["temperature"].toDouble());
        // Both directions have part in the likeness of the pairs.
        auto of_likeness = s[8] + s[10].t();
        of_likeness.diagonal().sub_(2);
        auto of_x = at::mm(of_likeness, unit_y.vectors), of_y = at::mm(of_likeness.t(), unit_x.vectors);
        if (memory_y.numel() > 0) of_x.addmm_(s[9], memory_y);
        if (memory_x.numel() > 0) of_y.addmm_(s[11], memory_x);
        return {unit_x.backward(of_x.mul_(share)), unit_y.backward(of_y.mul_(share)), {}, {}, {}, {}, {}};
    }
};

// MARK: Variance, invariance, covariance

/// Σ_j max(0, 1 − sd_j) + 0.1 Σ_{j≠l} cov_jl² / width of some rows, of which the first are the embeddings.
struct Spread {
    Tensor centred, covariance, deviations, loss;

    Spread(const Tensor &embedding, const Tensor &memory) {
        auto rows = memory.numel() > 0 ? at::cat({embedding, memory}, 0) : embedding;
        if (rows.size(0) < 2) return;
        centred = rows - rows.mean(0, true);
        covariance = at::mm(centred.t(), centred).div_(static_cast<double>(rows.size(0) - 1));
        auto variances = covariance.diagonal();
        deviations = (variances + 1e-4).sqrt_();
        auto elsewhere = (covariance * covariance).sum() - (variances * variances).sum();
        loss = (1 - deviations).clamp_min_(0).sum() + elsewhere * (0.1 / static_cast<double>(rows.size(1)));
    }
    /// The gradient of the first `count` rows; sums over centred rows are 0, so that the mean adds nothing to it.
    static Tensor backward(const Tensor &centred, const Tensor &covariance, const Tensor &deviations, int64_t count) {
        auto of_covariance = covariance * (0.2 / static_cast<double>(covariance.size(0)));
        of_covariance.diagonal().copy_((deviations < 1).to(deviations.scalar_type()).div(deviations).mul_(-0.5));
        return at::mm(centred.narrow(0, 0, count), of_covariance)
            .mul_(2 / static_cast<double>(centred.size(0) - 1));
    }
};

struct VarianceInvarianceCovariance : Function<VarianceInvarianceCovariance> {
    static Tensor forward(
        AutogradContext *context, const Tensor &x, const Tensor &y, const Tensor &memory_x, const Tensor &memory_y) {
        auto difference = x - y;
        auto loss = (difference * difference).sum().div_(static_cast<double>(x.size(0)));
        const Spread of_x(x, memory_x), of_y(y, memory_y);
        if (of_x.loss.defined()) loss.add_(of_x.loss);
        if (of_y.loss.defined()) loss.add_(of_y.loss);
        context->save_for_backward(
            {difference, of_x.centred, of_x.covariance, of_x.deviations, of_y.centred, of_y.covariance, of_y.deviations});
        return loss;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto s = context->get_saved_variables();
        const int64_t patients = s[0].size(0);
        auto of_x = s[0] * (2 / static_cast<double>(patients));
        auto of_y = -of_x;
        if (s[1].defined()) of_x.add_(Spread::backward(s[1], s[2], s[3], patients));
        if (s[4].defined()) of_y.add_(Spread::backward(s[4], s[5], s[6], patients));
        return {of_x.mul_(gradients[0]), of_y.mul_(gradients[0]), {}, {}};
    }
};

// MARK: Margin to the anchors

/// mean of max(0, margin − cos(r, a_own) + max over others of cos(r, a)), a the mean of a modality's unit anchors.
struct AnchorMargin : Function<AnchorMargin> {
    static Tensor forward(
        AutogradContext *context, const Tensor &embedding, const std::vector<Tensor> &anchors, const Tensor &joined,
        int64_t own, double margin) {
        const Unit rows(embedding), units(joined);
        std::vector<Tensor> means;
        int64_t start = 0;
        for (const auto &of_modality : anchors) {
            means.push_back(units.vectors.narrow(0, start, of_modality.size(0)).mean(0));
            start += of_modality.size(0);
        }
        const Unit directions(at::stack(means));
        auto cosines = at::mm(rows.vectors, directions.vectors.t());
        auto others = cosines.clone();
        others.select(1, own).fill_(-2);
        auto [nearest, which] = others.max(1);
        auto excess = (nearest - cosines.select(1, own)).add_(margin);
        context->save_for_backward(
            {rows.vectors, rows.lengths, rows.is_long, units.vectors, units.lengths, units.is_long, directions.vectors,
             directions.lengths, directions.is_long, which, excess});
        std::vector<int64_t> counts;
        for (const auto &of_modality : anchors) counts.push_back(of_modality.size(0));
        context->saved_data["counts"] = counts;
        context->saved_data["own"] = own;
        return excess.clamp_min(0).mean();
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto s = context->get_saved_variables();
        const Unit rows(s[0], s[1], s[2]), units(s[3], s[4], s[5]), directions(s[6], s[7], s[8]);
        const Tensor &which = s[9], &excess = s[10];
        auto counts = context->saved_data["counts"].toIntVector();
        auto active = (excess > 0).to(excess.scalar_type()).mul_(gradients[0] / static_cast<double>(excess.size(0)));
        auto of_cosines = at::zeros({excess.size(0), directions.vectors.size(0)}, excess.options());
        of_cosines.scatter_(1, which.unsqueeze(1), active.unsqueeze(1));
        of_cosines.select(1, context->saved_data["own"].toInt()).sub_(active);
        auto of_rows = rows.backward(at::mm(of_cosines, directions.vectors));
        auto of_means = directions.backward(at::mm(of_cosines.t(), rows.vectors));
        std::vector<Tensor> parts;
        for (size_t modality = 0; modality < counts.size(); modality++)
            parts.push_back(
                of_means[static_cast<int64_t>(modality)]
                    .div(static_cast<double>(counts[modality]))
                    .unsqueeze(0)
                    .expand({counts[modality], -1}));
        return {of_rows, {}, units.backward(at::cat(parts, 0)), {}, {}};
    }
};

Tensor or_empty(const CTTensor *tensor, const Tensor &like) {
    return tensor ? tensor->value : at::empty({0}, like.options().requires_grad(false));
}

} // namespace

extern "C" {

int ct_contrast(
    const CTTensor *x, const CTTensor *y, const CTTensor *memory_x, const CTTensor *memory_y, const CTTensor *own_in_x,
    const CTTensor *own_in_y, double temperature, CTTensor **result) {
    return guarded([&] {
        *result = new CTTensor{Contrast::apply(
            x->value, y->value, or_empty(memory_x, x->value), or_empty(memory_y, y->value), or_empty(own_in_x, x->value), or_empty(own_in_y, y->value), temperature)};
    });
}

int ct_variance_invariance_covariance(
    const CTTensor *x, const CTTensor *y, const CTTensor *memory_x, const CTTensor *memory_y, CTTensor **result) {
    return guarded([&] {
        *result = new CTTensor{VarianceInvarianceCovariance::apply(
            x->value, y->value, or_empty(memory_x, x->value), or_empty(memory_y, y->value))};
    });
}

int ct_anchor_margin(
    const CTTensor *embedding, CTTensor *const *anchors, size_t modalities, size_t own, double margin, CTTensor **result) {
    return guarded([&] {
        require(modalities > 1 && own < modalities, "a margin is one to another modality's anchors");
        auto list = tensors(anchors, modalities);
        *result = new CTTensor{
            AnchorMargin::apply(embedding->value, list, at::cat(list, 0), static_cast<int64_t>(own), margin)};
    });
}
}
