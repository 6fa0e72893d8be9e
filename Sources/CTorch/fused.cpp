// Operators with gradients of their own, made of the loops in kernels.h and of libtorch's matrix products.
#include "ctorch.h"
#include "handles.h"
#include "kernels.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <torch/csrc/autograd/custom_function.h>

#include <mutex>

using at::Tensor;
using ctorch::guarded;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

namespace {

/// Does blocks on libtorch's own threads, as many as it may use.
void on_threads(int64_t count, const std::function<void(int64_t)> &body) {
    if (count <= 1 || at::get_num_threads() == 1 || at::in_parallel_region()) {
        for (int64_t block = 0; block < count; block++) body(block);
        return;
    }
    auto numbers = at::arange(count, at::kLong);
    auto iterator = at::TensorIterator::nullary_op(numbers);
    iterator.for_each(
        [&](char **data, const int64_t *strides, int64_t size, int64_t rows) {
            for (int64_t row = 0; row < rows; row++)
                for (int64_t i = 0; i < size; i++)
                    body(*reinterpret_cast<int64_t *>(data[0] + row * strides[1] + i * strides[0]));
        },
        /*grain_size=*/1);
}

void require(bool condition, const char *message) {
    if (!condition) throw std::invalid_argument(message);
}

/// The tensor's elements one after another, as floats.
Tensor plain(const Tensor &tensor) {
    require(tensor.scalar_type() == at::kFloat, "single precision is wanted here");
    require(tensor.device().is_cpu(), "a tensor in the processor's memory is wanted here");
    return tensor.contiguous();
}

const ctorch::BFloat16 *halves(const Tensor &tensor) {
    return reinterpret_cast<const ctorch::BFloat16 *>(tensor.const_data_ptr<at::BFloat16>());
}
ctorch::BFloat16 *mutable_halves(Tensor &tensor) {
    return reinterpret_cast<ctorch::BFloat16 *>(tensor.mutable_data_ptr<at::BFloat16>());
}

Tensor rounded(const Tensor &tensor) {
    auto source = plain(tensor);
    auto result = at::empty(source.sizes(), source.options().dtype(at::kBFloat16));
    ctorch::to_bfloat16(source.const_data_ptr<float>(), source.numel(), mutable_halves(result), on_threads);
    return result;
}

/// A mask of as many elements, 1 with that probability; the same draws that at::rand makes.
Tensor drawn_mask(at::Generator &generator, at::IntArrayRef shape, double probability) {
    auto mask = at::empty(shape, at::TensorOptions().dtype(at::kByte));
    std::lock_guard<std::mutex> lock(generator.mutex());
    auto *source = at::check_generator<at::CPUGeneratorImpl>(generator);
    at::mt19937 engine = source->engine();
    auto data = engine.data();
    ctorch::Twister twister{data.state_.data(), data.next_, data.left_};
    ctorch::bernoulli(twister, mask.numel(), static_cast<float>(probability), mask.mutable_data_ptr<uint8_t>());
    data.next_ = twister.next;
    data.left_ = twister.left;
    engine.set_data(data);
    source->set_engine(engine);
    return mask;
}

/// What stands for a mask where there is none: libtorch's recording of gradients takes no undefined tensors.
Tensor no_mask() { return at::empty({0}, at::TensorOptions().dtype(at::kByte)); }

const uint8_t *mask_of(const Tensor &mask) { return mask.numel() > 0 ? mask.const_data_ptr<uint8_t>() : nullptr; }

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
        ctorch::dropout(
            source.const_data_ptr<float>(), source.numel(), mask_of(mask), static_cast<float>(magnification),
            y.mutable_data_ptr<float>(), on_threads);
        return y;
    }
};

struct SelfNormalising : Function<SelfNormalising> {
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &mask, ctorch::AlphaDropout dropout) {
        auto source = plain(x);
        auto y = at::empty_like(source);
        ctorch::selu_alpha_dropout(
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
        ctorch::AlphaDropout dropout{0, static_cast<float>(context->saved_data["scale"].toDouble()), 0};
        ctorch::selu_alpha_dropout_backward(
            saved[0].const_data_ptr<float>(), saved[0].numel(), mask_of(saved[1]), dropout,
            given.const_data_ptr<float>(), x_gradient.mutable_data_ptr<float>(), on_threads);
        return {x_gradient, {}, {}};
    }
};

// MARK: Rectified norm

/// ReLU(x + bias), then layer norm and dropout. The bias is empty where x has it already.
struct RectifiedNorm : Function<RectifiedNorm> {
    static Tensor forward(
        AutogradContext *context, const Tensor &x, const Tensor &bias, const Tensor &scale, const Tensor &shift,
        const Tensor &mask, double magnification) {
        auto source = x.contiguous();
        const int64_t width = source.size(-1), rows = source.numel() / std::max<int64_t>(width, 1);
        auto options = source.options().dtype(at::kFloat);
        auto y = at::empty(source.sizes(), options);
        auto mean = at::empty({rows}, options), rstd = at::empty({rows}, options);
        auto with = [&](const auto *values) {
            ctorch::rectified_norm(
                values, rows, width, addends_of(bias), scale.const_data_ptr<float>(), shift.const_data_ptr<float>(),
                mask_of(mask), static_cast<float>(magnification), y.mutable_data_ptr<float>(),
                mean.mutable_data_ptr<float>(), rstd.mutable_data_ptr<float>(), on_threads);
        };
        if (source.scalar_type() == at::kBFloat16) with(halves(source));
        else with(plain(source).const_data_ptr<float>());
        context->save_for_backward({source, bias, scale, mask, mean, rstd});
        context->saved_data["magnification"] = magnification;
        return y;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &bias = saved[1], &scale = saved[2], &mask = saved[3], &mean = saved[4],
                     &rstd = saved[5];
        const int64_t width = x.size(-1), rows = x.numel() / std::max<int64_t>(width, 1);
        auto given = plain(gradients[0]);
        auto x_gradient = at::empty_like(x), bias_gradient = at::empty_like(scale);
        auto scale_gradient = at::empty_like(scale), shift_gradient = at::empty_like(scale);
        auto with = [&](const auto *values, auto *results) {
            ctorch::rectified_norm_backward(
                values, rows, width, addends_of(bias), scale.const_data_ptr<float>(), mask_of(mask),
                static_cast<float>(context->saved_data["magnification"].toDouble()), mean.const_data_ptr<float>(),
                rstd.const_data_ptr<float>(), given.const_data_ptr<float>(), results,
                bias_gradient.mutable_data_ptr<float>(), scale_gradient.mutable_data_ptr<float>(),
                shift_gradient.mutable_data_ptr<float>(), on_threads);
        };
        if (x.scalar_type() == at::kBFloat16) with(halves(x), mutable_halves(x_gradient));
        else with(x.const_data_ptr<float>(), x_gradient.mutable_data_ptr<float>());
        return {x_gradient, bias.numel() > 0 ? bias_gradient : Tensor(), scale_gradient, shift_gradient, {}, {}};
    }
    static const float *addends_of(const Tensor &bias) {
        return bias.numel() > 0 ? bias.const_data_ptr<float>() : nullptr;
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

// MARK: Lengths

/// |W h|² for every row h of H. With many rows it is h (WᵀW) hᵀ: one large product forward and one backward, where
/// going through H Wᵀ takes one more; with few, the products of W with itself would cost more than they save.
///
/// In bfloat16 the large products take rounded rows and a rounded WᵀW; what they are multiplied with is not rounded.
struct SquaredLengths : Function<SquaredLengths> {
    static Tensor forward(AutogradContext *context, const Tensor &h, const Tensor &weight, bool in_bfloat16) {
        auto rows = plain(h), w = plain(weight);
        const bool many = rows.size(0) >= 2 * rows.size(1);
        auto sums = at::empty({rows.size(0)}, rows.options());
        Tensor product, narrow;
        if (many) {
            auto gram = at::mm(w.t(), w);
            if (in_bfloat16) {
                narrow = rounded(rows);
                product = at::mm(narrow, rounded(gram));
                ctorch::row_products(
                    halves(product), rows.const_data_ptr<float>(), rows.size(0), rows.size(1),
                    sums.mutable_data_ptr<float>(), on_threads);
            } else {
                product = at::mm(rows, gram);
                ctorch::row_products(
                    product.const_data_ptr<float>(), rows.const_data_ptr<float>(), rows.size(0), rows.size(1),
                    sums.mutable_data_ptr<float>(), on_threads);
            }
        } else {
            product = at::mm(rows, w.t());
            ctorch::row_products(
                product.const_data_ptr<float>(), product.const_data_ptr<float>(), rows.size(0), product.size(1),
                sums.mutable_data_ptr<float>(), on_threads);
        }
        context->save_for_backward({rows, w, product, narrow});
        context->saved_data["many"] = many;
        return sums;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &rows = saved[0], &w = saved[1], &product = saved[2], &narrow = saved[3];
        if (!context->saved_data["many"].toBool()) {
            auto scaled = product * (gradients[0] * 2).unsqueeze(1);
            return {at::mm(scaled, w), at::mm(scaled.t(), rows), {}};
        }
        // ∂/∂W Σ g h WᵀW hᵀ = 2 W (Hᵀ diag(g) H)
        auto given = plain(gradients[0]);
        const float *factors = given.const_data_ptr<float>();
        const int64_t count = rows.size(0), width = rows.size(1);
        auto rows_gradient = at::empty_like(rows);
        auto scaled = at::empty(rows.sizes(), (narrow.defined() ? narrow : rows).options());
        Tensor moments;
        if (narrow.defined()) {
            ctorch::doubled_rows(
                halves(product), factors, count, width, rows_gradient.mutable_data_ptr<float>(), on_threads);
            ctorch::doubled_rows(
                rows.const_data_ptr<float>(), factors, count, width, mutable_halves(scaled), on_threads);
            moments = at::mm(scaled.t(), narrow).to(at::kFloat);
        } else {
            ctorch::doubled_rows(
                product.const_data_ptr<float>(), factors, count, width, rows_gradient.mutable_data_ptr<float>(),
                on_threads);
            ctorch::doubled_rows(
                rows.const_data_ptr<float>(), factors, count, width, scaled.mutable_data_ptr<float>(), on_threads);
            moments = at::mm(scaled.t(), rows);
        }
        return {rows_gradient, at::mm(w, moments), {}};
    }
};

// MARK: Segments

struct SegmentSoftmax : Function<SegmentSoftmax> {
    static Tensor forward(
        AutogradContext *context, const Tensor &x, const std::vector<int64_t> &counts, const Tensor &left_out) {
        auto source = plain(x);
        auto y = at::empty_like(source);
        ctorch::segment_softmax(
            source.const_data_ptr<float>(), counts.data(), static_cast<int64_t>(counts.size()), source.size(1),
            mask_of(left_out), y.mutable_data_ptr<float>());
        context->save_for_backward({y});
        context->saved_data["counts"] = counts;
        return y;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto y = context->get_saved_variables()[0];
        auto counts = context->saved_data["counts"].toIntVector();
        auto given = plain(gradients[0]);
        auto x_gradient = at::empty_like(y);
        ctorch::segment_softmax_backward(
            y.const_data_ptr<float>(), given.const_data_ptr<float>(), counts.data(),
            static_cast<int64_t>(counts.size()), y.size(1), x_gradient.mutable_data_ptr<float>());
        return {x_gradient, {}, {}};
    }
};

bool are_equal(const std::vector<int64_t> &counts) {
    return std::all_of(counts.begin(), counts.end(), [&](int64_t count) { return count == counts[0]; });
}

/// weightsᵀ values, segment by segment: [rows, K] and [rows, d] → [segments, K, d].
struct SegmentPool : Function<SegmentPool> {
    static Tensor forward(
        AutogradContext *context, const Tensor &weights, const Tensor &values, const std::vector<int64_t> &counts) {
        context->save_for_backward({weights, values});
        context->saved_data["counts"] = counts;
        const auto segments = static_cast<int64_t>(counts.size());
        const int64_t k = weights.size(1), d = values.size(1);
        if (are_equal(counts))
            return at::bmm(
                weights.reshape({segments, counts[0], k}).transpose(1, 2), values.reshape({segments, counts[0], d}));
        auto result = at::empty({segments, k, d}, values.options());
        int64_t start = 0;
        for (int64_t segment = 0; segment < segments; segment++) {
            auto out = result[segment];
            at::mm_out(
                out, weights.narrow(0, start, counts[segment]).t(), values.narrow(0, start, counts[segment]));
            start += counts[segment];
        }
        return result;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &weights = saved[0], &values = saved[1];
        auto counts = context->saved_data["counts"].toIntVector();
        const auto segments = static_cast<int64_t>(counts.size());
        auto given = gradients[0].contiguous();
        const bool wants_weights = context->needs_input_grad(0), wants_values = context->needs_input_grad(1);
        Tensor of_weights, of_values;
        if (are_equal(counts)) {
            if (wants_weights)
                of_weights = at::bmm(values.reshape({segments, counts[0], values.size(1)}), given.transpose(1, 2))
                                 .reshape(weights.sizes());
            if (wants_values)
                of_values = at::bmm(weights.reshape({segments, counts[0], weights.size(1)}), given)
                                .reshape(values.sizes());
            return {of_weights, of_values, {}};
        }
        if (wants_weights) of_weights = at::empty(weights.sizes(), weights.options());
        if (wants_values) of_values = at::empty(values.sizes(), values.options());
        int64_t start = 0;
        for (int64_t segment = 0; segment < segments; segment++) {
            const int64_t count = counts[segment];
            if (wants_weights) {
                auto out = of_weights.narrow(0, start, count);
                at::mm_out(out, values.narrow(0, start, count), given[segment].t());
            }
            if (wants_values) {
                auto out = of_values.narrow(0, start, count);
                at::mm_out(out, weights.narrow(0, start, count), given[segment]);
            }
            start += count;
        }
        return {of_weights, of_values, {}};
    }
};

// MARK: Transport

/// The mean over bags of the transport's optimal value, whose gradient is the plan (envelope theorem).
struct TransportValue : Function<TransportValue> {
    static Tensor forward(AutogradContext *context, const Tensor &cost, const Tensor &plan, double value, int64_t bags) {
        context->save_for_backward({plan});
        context->saved_data["bags"] = bags;
        return at::scalar_tensor(value, cost.options().requires_grad(false));
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto plan = context->get_saved_variables()[0];
        return {plan * (gradients[0] / static_cast<double>(context->saved_data["bags"].toInt())), {}, {}, {}};
    }
};

template <typename Real>
void solve_bags(
    const ctorch::Transport &transport, const Tensor &cost, const std::vector<int64_t> &counts, double *potentials,
    Tensor &plan, double *masses, double *token_potentials, CTTransportResult *results) {
    const auto bags = static_cast<int64_t>(counts.size());
    const int64_t prototypes = cost.size(1);
    std::vector<int64_t> starts(bags);
    for (int64_t bag = 1; bag < bags; bag++) starts[bag] = starts[bag - 1] + counts[bag - 1];
    const Real *costs = cost.const_data_ptr<Real>();
    Real *plans = plan.mutable_data_ptr<Real>();
    auto solve = [&](int64_t bag, const ctorch::Blocks &blocks) {
        auto result = ctorch::solve_transport<Real>(
            transport, costs + starts[bag] * prototypes, counts[bag], prototypes, potentials + bag * prototypes,
            plans + starts[bag] * prototypes, masses + bag * prototypes, token_potentials + starts[bag], blocks);
        results[bag] = {result.value, result.iterations, result.converged};
    };
    // Several bags are solved side by side, a single one by all threads.
    if (bags == 1) {
        solve(0, counts[0] > 2048 ? ctorch::Blocks(on_threads) : [](int64_t count, const auto &body) {
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

std::vector<int64_t> counts_of(const int64_t *counts, size_t segments, const Tensor &rows) {
    std::vector<int64_t> list(counts, counts + segments);
    int64_t total = 0;
    for (int64_t count : list) {
        require(count > 0, "a segment without rows");
        total += count;
    }
    require(segments > 0 && rows.dim() == 2 && rows.size(0) == total, "segments that do not add up to the rows");
    return list;
}

/// The tensor where these passes run. On a GPU it is brought to the processor, with its history, and results go back.
Tensor near(const CTTensor *tensor) { return tensor->value.cpu(); }

} // namespace

extern "C" {

int ct_bernoulli(CTGenerator *generator, const int64_t *shape, size_t dimensions, double probability, CTTensor **result) {
    return guarded([&] {
        *result = new CTTensor{
            drawn_mask(generator->value, at::IntArrayRef(shape, dimensions), probability).to(ctorch::current_device())};
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
        ctorch::AlphaDropout dropout{0, 1, 0};
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

int ct_rectified_norm(
    const CTTensor *x, const CTTensor *bias, const CTTensor *scale, const CTTensor *shift, double probability,
    CTGenerator *generator, CTTensor **result) {
    return guarded([&] {
        const auto width = x->value.size(-1);
        require(scale->value.numel() == width && shift->value.numel() == width, "scale and shift of another width");
        require(!bias || bias->value.numel() == width, "a bias of another width");
        Tensor mask = no_mask();
        double magnification = 1;
        if (generator && probability > 0) {
            mask = drawn_mask(generator->value, x->value.sizes(), 1 - probability);
            magnification = 1.0f / static_cast<float>(1 - probability);
        }
        auto addends = bias ? plain(near(bias)) : at::empty({0}, at::TensorOptions().dtype(at::kFloat));
        *result = new CTTensor{
            RectifiedNorm::apply(near(x), addends, plain(near(scale)), plain(near(shift)), mask, magnification)
                .to(x->value.device())};
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
    if (!ctorch::current_device().is_cpu()) return -1;
#if defined(__x86_64__)
    return at::globalContext().hasMKLDNN() && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}

int ct_squared_lengths(const CTTensor *x, const CTTensor *weight, bool in_bfloat16, CTTensor **result) {
    return guarded([&] {
        *result = new CTTensor{SquaredLengths::apply(near(x), near(weight), in_bfloat16).to(x->value.device())};
    });
}

int ct_segment_softmax(
    const CTTensor *x, const int64_t *counts, size_t segments, const CTTensor *left_out, CTTensor **result) {
    return guarded([&] {
        auto list = counts_of(counts, segments, x->value);
        Tensor mask = no_mask();
        if (left_out) {
            mask = near(left_out).to(at::kByte).contiguous();
            require(mask.numel() == x->value.size(0), "a mask that does not fit the rows");
        }
        *result = new CTTensor{SegmentSoftmax::apply(near(x), list, mask).to(x->value.device())};
    });
}

int ct_segment_pool(
    const CTTensor *weights, const CTTensor *values, const int64_t *counts, size_t segments, CTTensor **result) {
    return guarded([&] {
        auto list = counts_of(counts, segments, values->value);
        require(weights->value.dim() == 2 && weights->value.size(0) == values->value.size(0), "weights of other rows");
        *result = new CTTensor{SegmentPool::apply(near(weights), near(values), list).to(values->value.device())};
    });
}

int ct_transport(
    const CTTensor *cost, const int64_t *counts, size_t bags, const CTTransport *parameters, double *potentials,
    double *token_potentials, CTTransportResult *results, CTTensor **plan, CTTensor **masses, CTTensor **value) {
    return guarded([&] {
        auto list = counts_of(counts, bags, cost->value);
        const ctorch::Transport transport{
            parameters->epsilon, parameters->rho_token, parameters->rho_prototype, parameters->tolerance,
            parameters->maximum_iterations};
        auto given = near(cost).detach().contiguous();
        const int64_t tokens = given.size(0), prototypes = given.size(1);
        auto solved = at::empty_like(given);
        auto columns = at::empty({static_cast<int64_t>(bags), prototypes}, given.options().dtype(at::kDouble));
        std::vector<double> own_token_potentials;
        if (!token_potentials) {
            own_token_potentials.resize(tokens);
            token_potentials = own_token_potentials.data();
        }
        switch (given.scalar_type()) {
        case at::kFloat:
            solve_bags<float>(
                transport, given, list, potentials, solved, columns.mutable_data_ptr<double>(), token_potentials, results);
            break;
        case at::kDouble:
            solve_bags<double>(
                transport, given, list, potentials, solved, columns.mutable_data_ptr<double>(), token_potentials, results);
            break;
        default: throw std::invalid_argument("a cost in single or double precision is wanted");
        }
        double sum = 0;
        for (size_t bag = 0; bag < bags; bag++) sum += results[bag].value;
        *value = new CTTensor{TransportValue::apply(
            near(cost), solved, sum / static_cast<double>(bags), static_cast<int64_t>(bags)).to(cost->value.device())};
        *plan = new CTTensor{solved.to(cost->value.device())};
        *masses = new CTTensor{columns.to(cost->value.device(), given.scalar_type())};
    });
}

int ct_all_finite(CTTensor *const *list, size_t count, bool *result) {
    return guarded([&] {
        *result = true;
        for (size_t i = 0; i < count && *result; i++) {
            const Tensor &tensor = list[i]->value;
            *result = tensor.scalar_type() == at::kFloat && tensor.device().is_cpu()
                ? ctorch::all_finite(tensor.contiguous().const_data_ptr<float>(), tensor.numel())
                : at::isfinite(tensor).all().item<bool>();
        }
    });
}

void ct_round_to_bfloat16(const float *values, int64_t count, uint16_t *results) {
    // Whoever reads ahead has no share in libtorch's threads.
    auto in_turn = [](int64_t blocks, const auto &body) {
        for (int64_t block = 0; block < blocks; block++) body(block);
    };
    ctorch::to_bfloat16(values, count, reinterpret_cast<ctorch::BFloat16 *>(results), in_turn);
}
}
