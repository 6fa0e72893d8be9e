// The product of many small networks' first layers: each set of features times its own weights.
#include "functions.h"
#include "vectors.h"

using namespace ctorch;

namespace {

/// y = Σ_l x_l w_l of a set: x [length], w [length, width].
FOR_EACH_PROCESSOR
void weighted_rows(const float *x, const float *w, int64_t length, int64_t width, float *y) {
    for (int64_t j = 0; j < width; j++) y[j] = 0;
    for (int64_t l = 0; l < length; l++) {
        const float factor = x[l];
        // Genes that were dropped cost nothing.
        if (factor == 0) continue;
        for (int64_t j = 0; j < width; j++) y[j] += factor * w[l * width + j];
    }
}

/// The gradient of the same with respect to w.
FOR_EACH_PROCESSOR
void weighted_rows_backward(const float *x, const float *y_gradient, int64_t length, int64_t width, float *w_gradient) {
    for (int64_t l = 0; l < length; l++) {
        const float factor = x[l];
        for (int64_t j = 0; j < width; j++) w_gradient[l * width + j] = factor * y_gradient[j];
    }
}

/// Values that were measured, and so get no gradient, gathered set by set and multiplied by the set's weights. A single
/// patient's weights are passed once and written once, which a general product of matrices does not manage.
struct SetProduct : Function<SetProduct> {
    static Tensor forward(AutogradContext *context, const Tensor &values, const Tensor &features, const Tensor &weight) {
        const int64_t patients = values.size(0), count = values.size(1);
        const int64_t sets = weight.size(0), length = weight.size(1), width = weight.size(2);
        auto x = at::empty({sets, patients, length}, values.options());
        const int64_t *place = features.const_data_ptr<int64_t>();
        const float *value = values.const_data_ptr<float>();
        float *gathered = x.mutable_data_ptr<float>();
        for (int64_t set = 0; set < sets; set++)
            for (int64_t patient = 0; patient < patients; patient++)
                for (int64_t l = 0; l < length; l++) {
                    const int64_t feature = place[set * length + l];
                    *gathered++ = feature < count ? value[patient * count + feature] : 0;
                }
        context->save_for_backward({x});
        if (patients > 1) return at::bmm(x, weight);
        auto y = at::empty({sets, 1, width}, values.options());
        const float *w = weight.const_data_ptr<float>();
        float *results = y.mutable_data_ptr<float>();
        on_threads(sets, [&](int64_t set) {
            weighted_rows(
                x.const_data_ptr<float>() + set * length, w + set * length * width, length, width, results + set * width);
        });
        return y;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto x = context->get_saved_variables()[0];
        const int64_t sets = x.size(0), patients = x.size(1), length = x.size(2), width = gradients[0].size(2);
        if (patients > 1) return {{}, {}, at::bmm(x.transpose(1, 2), gradients[0])};
        auto given = gradients[0].contiguous();
        auto of_weight = at::empty({sets, length, width}, x.options());
        float *results = of_weight.mutable_data_ptr<float>();
        on_threads(sets, [&](int64_t set) {
            weighted_rows_backward(
                x.const_data_ptr<float>() + set * length, given.const_data_ptr<float>() + set * width, length, width,
                results + set * length * width);
        });
        return {{}, {}, of_weight};
    }
};

} // namespace

extern "C" int ct_set_product(
    const CTTensor *values, const CTTensor *features, const CTTensor *weight, CTTensor **result) {
    return guarded([&] {
        auto known = plain(near(values)), w = near(weight);
        auto places = near(features).contiguous();
        require(!known.requires_grad(), "measured values are wanted here");
        require(known.dim() == 2 && w.dim() == 3, "values [patients, features] and weights [sets, longest, width] are wanted");
        require(
            places.scalar_type() == at::kLong && places.numel() == w.size(0) * w.size(1),
            "a feature for each weight is wanted");
        *result = new CTTensor{SetProduct::apply(known, places, w).to(weight->value.device())};
    });
}
