#include "functions.h"
#include "vectors.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <cmath>
#include <map>
#include <memory>
#include <mutex>

namespace ctorch {

void on_threads(int64_t count, const std::function<void(int64_t)> &body) {
    if (count <= 1 || at::get_num_threads() == 1 || at::in_parallel_region()) {
        for (int64_t block = 0; block < count; block++) body(block);
        return;
    }
    // An iterator over the numbers of the blocks, for the few counts that a step asks for again and again.
    thread_local std::map<int64_t, std::unique_ptr<at::TensorIterator>> iterators;
    if (iterators.size() >= 64) iterators.clear();
    auto &iterator = iterators[count];
    if (!iterator) {
        auto numbers = at::arange(count, at::kLong);
        iterator.reset(new at::TensorIterator(at::TensorIterator::nullary_op(numbers)));
    }
    iterator->for_each(
        [&](char **data, const int64_t *strides, int64_t size, int64_t rows) {
            for (int64_t row = 0; row < rows; row++)
                for (int64_t i = 0; i < size; i++)
                    body(*reinterpret_cast<int64_t *>(data[0] + row * strides[1] + i * strides[0]));
        },
        /*grain_size=*/1);
}

Tensor plain(const Tensor &tensor) {
    require(tensor.scalar_type() == at::kFloat, "single precision is wanted here");
    require(tensor.device().is_cpu(), "a tensor in the processor's memory is wanted here");
    return tensor.contiguous();
}

Tensor rounded(const Tensor &tensor) {
    auto source = plain(tensor);
    auto result = at::empty(source.sizes(), source.options().dtype(at::kBFloat16));
    to_bfloat16(source.const_data_ptr<float>(), source.numel(), mutable_halves(result), on_threads);
    return result;
}

namespace {

using LinearOperator = Tensor(
    const Tensor &, const Tensor &, const std::optional<Tensor> &, c10::string_view,
    c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);

/// oneDNN's product, where libtorch has it; at::mm takes it for bfloat16 alone.
const std::optional<c10::TypedOperatorHandle<LinearOperator>> &linear_of_onednn() {
    static const auto found = []() -> std::optional<c10::TypedOperatorHandle<LinearOperator>> {
        auto schema = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
        if (!schema || !at::globalContext().hasMKLDNN()) return std::nullopt;
        return schema->typed<LinearOperator>();
    }();
    return found;
}

/// Multiplications from which on oneDNN's single precision is worth its call.
constexpr int64_t large_product = int64_t(1) << 26;

} // namespace

Tensor product(const Tensor &x, const Tensor &w) {
    const bool is_large = x.size(0) * x.size(1) * w.size(0) >= large_product;
    if (is_large && x.scalar_type() == at::kFloat && x.device().is_cpu() && linear_of_onednn())
        return linear_of_onednn()->call(
            x.contiguous(), w, std::nullopt, "none", c10::List<std::optional<at::Scalar>>(), std::nullopt);
    return at::mm(x, w.t());
}

Tensor drawn_mask(at::Generator &generator, at::IntArrayRef shape, double probability) {
    auto mask = at::empty(shape, at::TensorOptions().dtype(at::kByte));
    std::lock_guard<std::mutex> lock(generator.mutex());
    auto *source = at::check_generator<at::CPUGeneratorImpl>(generator);
    at::mt19937 engine = source->engine();
    auto data = engine.data();
    Twister twister{data.state_.data(), data.next_, data.left_};
    bernoulli(twister, mask.numel(), static_cast<float>(probability), mask.mutable_data_ptr<uint8_t>());
    data.next_ = twister.next;
    data.left_ = twister.left;
    engine.set_data(data);
    source->set_engine(engine);
    return mask;
}

namespace {

/// The least length that a vector is divided by; see Tensor.normalized.
template <typename Real> const Real shortest = std::sqrt(Real(1e-6));

template <typename Real> void unit_rows(const Real *x, int64_t rows, int64_t width, Real *y, Real *lengths) {
    for (int64_t i = 0; i < rows; i++) {
        SUMS_IN_ANY_ORDER
        Real square = 0;
        for (int64_t j = 0; j < width; j++) square += x[i * width + j] * x[i * width + j];
        const Real root = std::sqrt(square), length = root < shortest<Real> ? shortest<Real> : root, share = 1 / length;
        lengths[i] = length;
        for (int64_t j = 0; j < width; j++) y[i * width + j] = x[i * width + j] * share;
    }
}

template <typename Real>
void unit_rows_backward(
    const Real *y, const Real *lengths, const Real *y_gradient, int64_t rows, int64_t width, Real *x_gradient) {
    for (int64_t i = 0; i < rows; i++) {
        SUMS_IN_ANY_ORDER
        Real along = 0;
        for (int64_t j = 0; j < width; j++) along += y[i * width + j] * y_gradient[i * width + j];
        // What is divided by a constant has no length of its own to lose.
        if (lengths[i] <= shortest<Real>) along = 0;
        const Real share = 1 / lengths[i];
        for (int64_t j = 0; j < width; j++)
            x_gradient[i * width + j] = (y_gradient[i * width + j] - y[i * width + j] * along) * share;
    }
}

} // namespace

Unit::Unit(const Tensor &x) {
    const auto source = x.contiguous();
    vectors = at::empty_like(source);
    lengths = at::empty({source.size(0)}, source.options());
    in_precision_of(source, [&](auto zero) {
        using Real = decltype(zero);
        unit_rows(
            source.const_data_ptr<Real>(), source.size(0), source.size(1), vectors.mutable_data_ptr<Real>(),
            lengths.mutable_data_ptr<Real>());
    });
}

Tensor Unit::backward(const Tensor &gradient) const {
    const auto given = gradient.contiguous();
    auto result = at::empty_like(given);
    in_precision_of(given, [&](auto zero) {
        using Real = decltype(zero);
        unit_rows_backward(
            vectors.const_data_ptr<Real>(), lengths.const_data_ptr<Real>(), given.const_data_ptr<Real>(), given.size(0),
            given.size(1), result.mutable_data_ptr<Real>());
    });
    return result;
}

Tensor to_add_to(const Tensor &gradient) {
    // Two hold it while a backward runs: the list that it is given, and libtorch's own.
    const bool is_ours = gradient.use_count() <= 2 && gradient.storage().use_count() == 1 && gradient.is_contiguous();
    return is_ours ? gradient : gradient.clone(at::MemoryFormat::Contiguous);
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

} // namespace ctorch
