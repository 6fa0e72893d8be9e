// Small operators with gradients of their own, made of the loops in kernels.h.
#include "functions.h"

#include <algorithm>
#include <cmath>

using namespace ctorch;

namespace {

// MARK: Dropout

struct Dropout : Function<Dropout> {
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &mask, double magnification) {
        context->save_for_backward({mask});
        context->saved_data["magnification"] = magnification;
        return applied(x, mask, magnification);
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        return {applied(gradients[0], saved[0], context->saved_data["magnification"].toDouble()), {}, {}};
    }
    static Tensor applied(const Tensor &x, const Tensor &mask, double magnification) {
        auto source = plain(x);
        auto y = at::empty_like(source);
        dropout(
            source.const_data_ptr<float>(), source.numel(), mask_of(mask), static_cast<float>(magnification),
            y.mutable_data_ptr<float>(), on_threads);
        return y;
    }
};

struct SelfNormalising : Function<SelfNormalising> {
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &mask, AlphaDropout dropout) {
        auto source = plain(x);
        auto y = at::empty_like(source);
        selu_alpha_dropout(
            source.const_data_ptr<float>(), source.numel(), mask_of(mask), dropout, y.mutable_data_ptr<float>(),
            on_threads);
        context->save_for_backward({source, mask});
        context->saved_data["scale"] = static_cast<double>(dropout.scale);
        return y;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        auto given = plain(gradients[0]);
        auto x_gradient = at::empty_like(saved[0]);
        AlphaDropout dropout{0, static_cast<float>(context->saved_data["scale"].toDouble()), 0};
        selu_alpha_dropout_backward(
            saved[0].const_data_ptr<float>(), saved[0].numel(), mask_of(saved[1]), dropout,
            given.const_data_ptr<float>(), x_gradient.mutable_data_ptr<float>(), on_threads);
        return {x_gradient, {}, {}};
    }
};

// MARK: Linear layers

/// x Wᵀ + b of vectors along the last dimension, of whatever shape they are.
struct LinearLayer : Function<LinearLayer> {
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &weight, const Tensor &bias) {
        const auto rows = x.reshape({-1, weight.size(1)});
        const bool has_bias = bias.numel() > 0;
        context->save_for_backward({rows, weight});
        context->saved_data["has_bias"] = has_bias;
        auto shape = x.sizes().vec();
        shape.back() = weight.size(0);
        return (has_bias ? at::addmm(bias, rows, weight.t()) : at::mm(rows, weight.t())).view(shape);
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &rows = saved[0], &weight = saved[1];
        const auto given = gradients[0].reshape({-1, weight.size(0)});
        Tensor of_x, of_bias;
        if (context->needs_input_grad(0)) {
            auto shape = gradients[0].sizes().vec();
            shape.back() = weight.size(1);
            of_x = at::mm(given, weight).view(shape);
        }
        if (context->saved_data["has_bias"].toBool()) of_bias = given.sum(0);
        return {of_x, at::mm(given.t(), rows), of_bias};
    }
};

// MARK: Products in bfloat16

/// X Wᵀ in bfloat16, of X in bfloat16 and W in single precision, which stays the one that learns: a rounded copy of it is
/// multiplied, sums are kept in single precision, and only what comes out is rounded. So is the gradient of W.
///
/// X is what was measured and has no gradient.
struct NarrowProduct : Function<NarrowProduct> {
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &weight) {
        context->save_for_backward({x});
        return at::mm(x, rounded(weight).t());
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto x = context->get_saved_variables()[0];
        return {{}, at::mm(gradients[0].t(), x).to(at::kFloat)};
    }
};

// MARK: Transport

/// The mean over bags of the transport's optimal value, whose gradient is the plan (envelope theorem).
struct TransportValue : Function<TransportValue> {
    static Tensor forward(AutogradContext *context, const Tensor &cost, const Tensor &plan, double value, int64_t bags) {
        context->save_for_backward({plan});
        context->saved_data["bags"] = bags;
        // Infinite where single precision has no such number.
        const double kept = cost.scalar_type() == at::kFloat ? static_cast<float>(value) : value;
        return at::scalar_tensor(kept, cost.options().requires_grad(false));
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto plan = context->get_saved_variables()[0];
        return {plan * (gradients[0] / static_cast<double>(context->saved_data["bags"].toInt())), {}, {}, {}};
    }
};

template <typename Real>
void solve_bags(
    const Transport &transport, const Tensor &cost, const std::vector<int64_t> &counts, double *potentials,
    Tensor &plan, Tensor &shares, double *masses, double *token_potentials, CTTransportResult *results) {
    const auto bags = static_cast<int64_t>(counts.size());
    const int64_t prototypes = cost.size(1);
    std::vector<int64_t> starts(bags);
    for (int64_t bag = 1; bag < bags; bag++) starts[bag] = starts[bag - 1] + counts[bag - 1];
    const Real *costs = cost.const_data_ptr<Real>();
    Real *plans = plan.mutable_data_ptr<Real>(), *parts = shares.mutable_data_ptr<Real>();
    auto solve = [&](int64_t bag, const Blocks &blocks) {
        auto result = solve_transport<Real>(
            transport, costs + starts[bag] * prototypes, counts[bag], prototypes, potentials + bag * prototypes,
            plans + starts[bag] * prototypes, masses + bag * prototypes, token_potentials + starts[bag], blocks);
        results[bag] = {result.value, result.iterations, result.converged};
        std::vector<Real> sums(masses + bag * prototypes, masses + (bag + 1) * prototypes);
        for (Real &sum : sums) sum = std::max(sum, Real(1e-12));
        for (int64_t i = starts[bag]; i < starts[bag] + counts[bag]; i++)
            for (int64_t k = 0; k < prototypes; k++) parts[i * prototypes + k] = plans[i * prototypes + k] / sums[k];
    };
    // Several bags are solved side by side, a single one by all threads.
    if (bags == 1) {
        solve(0, counts[0] > 2048 ? Blocks(on_threads) : [](int64_t count, const auto &body) {
            for (int64_t block = 0; block < count; block++) body(block);
        });
    } else {
        on_threads(bags, [&](int64_t bag) {
            solve(bag, [](int64_t count, const auto &body) {
                for (int64_t block = 0; block < count; block++) body(block);
            });
        });
    }
}

bool are_finite(const std::vector<Tensor> &tensors) {
    std::vector<Tensor> near;
    std::vector<Numbers> arrays;
    for (const auto &tensor : tensors) {
        if (!tensor.device().is_cpu()) {
            if (!at::isfinite(tensor).all().item<bool>()) return false;
            continue;
        }
        near.push_back(plain(tensor));
        arrays.push_back({near.back().const_data_ptr<float>(), tensor.numel()});
    }
    return all_finite(arrays, on_threads);
}

} // namespace

extern "C" {

int ct_bernoulli(CTGenerator *generator, const int64_t *shape, size_t dimensions, double probability, CTTensor **result) {
    return guarded([&] {
        *result = new CTTensor{
            drawn_mask(generator->value, at::IntArrayRef(shape, dimensions), probability).to(current_device())};
    });
}

int ct_dropout(const CTTensor *x, double probability, CTGenerator *generator, CTTensor **result) {
    return guarded([&] {
        auto mask = drawn_mask(generator->value, x->value.sizes(), 1 - probability);
        // What is kept is magnified by the float nearest to 1/(1 − p).
        *result = new CTTensor{
            Dropout::apply(near(x), mask, 1.0f / static_cast<float>(1 - probability)).to(x->value.device())};
    });
}

int ct_selu_alpha_dropout(const CTTensor *x, double probability, CTGenerator *generator, CTTensor **result) {
    return guarded([&] {
        Tensor mask = no_mask();
        AlphaDropout dropout{0, 1, 0};
        if (generator && probability > 0) {
            const double saturation = -1.7580993408473766, keep = 1 - probability;
            const double scale = 1 / std::sqrt(keep * (1 + probability * saturation * saturation));
            mask = drawn_mask(generator->value, x->value.sizes(), keep);
            dropout = {
                static_cast<float>(saturation), static_cast<float>(scale),
                static_cast<float>(-scale * probability * saturation)};
        }
        *result = new CTTensor{SelfNormalising::apply(near(x), mask, dropout).to(x->value.device())};
    });
}

int ct_linear(const CTTensor *x, const CTTensor *weight, const CTTensor *bias, CTTensor **result) {
    return guarded([&] {
        require(
            x->value.dim() > 0 && weight->value.dim() == 2 && x->value.size(-1) == weight->value.size(1),
            "features and weights of different width");
        *result = new CTTensor{LinearLayer::apply(
            x->value, weight->value, bias ? bias->value : at::empty({0}, weight->value.options().requires_grad(false)))};
    });
}

int ct_narrow_product(const CTTensor *x, const CTTensor *weight, CTTensor **result) {
    return guarded([&] {
        require(x->value.scalar_type() == at::kBFloat16, "features in bfloat16 are wanted here");
        require(
            weight->value.dim() == 2 && x->value.dim() >= 2 && x->value.size(-1) == weight->value.size(1),
            "features and weights of different width");
        auto shape = x->value.sizes().vec();
        shape.back() = weight->value.size(0);
        auto rows = near(x).reshape({-1, weight->value.size(1)});
        *result = new CTTensor{NarrowProduct::apply(rows, near(weight)).reshape(shape).to(x->value.device())};
    });
}

int ct_narrow_products(void) {
    if (!current_device().is_cpu()) return -1;
#if defined(__x86_64__)
    return at::globalContext().hasMKLDNN() && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}

int ct_transport(
    const CTTensor *cost, const int64_t *counts, size_t bags, const CTTransport *parameters, double *potentials,
    double *token_potentials, CTTransportResult *results, CTTensor **plan, CTTensor **shares, CTTensor **masses,
    CTTensor **value) {
    return guarded([&] {
        auto list = counts_of(counts, bags, cost->value);
        const Transport transport{
            parameters->epsilon, parameters->rho_token, parameters->rho_prototype, parameters->tolerance,
            parameters->maximum_iterations};
        auto given = near(cost).detach().contiguous();
        const int64_t tokens = given.size(0), prototypes = given.size(1);
        auto solved = at::empty_like(given), divided = at::empty_like(given);
        auto columns = at::empty({static_cast<int64_t>(bags), prototypes}, given.options().dtype(at::kDouble));
        std::vector<double> own_token_potentials;
        if (!token_potentials) {
            own_token_potentials.resize(tokens);
            token_potentials = own_token_potentials.data();
        }
        switch (given.scalar_type()) {
        case at::kFloat:
            solve_bags<float>(
                transport, given, list, potentials, solved, divided, columns.mutable_data_ptr<double>(), token_potentials,
                results);
            break;
        case at::kDouble:
            solve_bags<double>(
                transport, given, list, potentials, solved, divided, columns.mutable_data_ptr<double>(), token_potentials,
                results);
            break;
        default: throw std::invalid_argument("a cost in single or double precision is wanted");
        }
        double sum = 0;
        for (size_t bag = 0; bag < bags; bag++) sum += results[bag].value;
        *value = new CTTensor{TransportValue::apply(
            near(cost), solved, sum / static_cast<double>(bags), static_cast<int64_t>(bags)).to(cost->value.device())};
        *plan = new CTTensor{solved.to(cost->value.device())};
        *shares = new CTTensor{divided.to(cost->value.device())};
        *masses = new CTTensor{columns.to(cost->value.device(), given.scalar_type())};
    });
}

int ct_adamw_step(
    CTTensor *const *parameters, CTTensor *const *first_moments, CTTensor *const *second_moments, CTTensor *const *steps,
    size_t count, double learning_rate, double beta1, double beta2, double weight_decay, double epsilon, bool *moved) {
    return guarded([&] {
        at::NoGradGuard no_grad;
        *moved = false;
        std::vector<Tensor> moving, gradients, first, second, taken;
        for (size_t i = 0; i < count; i++) {
            const auto &gradient = parameters[i]->value.grad();
            if (!gradient.defined()) continue;
            moving.push_back(parameters[i]->value);
            gradients.push_back(gradient);
            first.push_back(first_moments[i]->value);
            second.push_back(second_moments[i]->value);
            taken.push_back(steps[i]->value);
        }
        if (moving.empty() || !are_finite(gradients)) return;
        // Counted here: as an operation of libtorch, one addition to each costs more than many a small parameter's update.
        if (current_device().is_cpu())
            for (auto &number : taken) *number.mutable_data_ptr<float>() += 1;
        else at::_foreach_add_(taken, 1);
        at::_fused_adamw_(
            moving, gradients, first, second, {}, taken, learning_rate, beta1, beta2, weight_decay, epsilon,
            /*amsgrad=*/false, /*maximize=*/false);
        *moved = true;
    });
}

void ct_round_to_bfloat16(const float *values, int64_t count, uint16_t *results) {
    // Whoever reads ahead has no share in libtorch's threads.
    auto in_turn = [](int64_t blocks, const auto &body) {
        for (int64_t block = 0; block < blocks; block++) body(block);
    };
    to_bfloat16(values, count, reinterpret_cast<BFloat16 *>(results), in_turn);
}
}
