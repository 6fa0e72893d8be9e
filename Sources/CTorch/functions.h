// What the operators with gradients of their own share.
#ifndef CTORCH_FUNCTIONS_H
#define CTORCH_FUNCTIONS_H

#include "ctorch.h"
#include "handles.h"
#include "kernels.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <functional>
#include <utility>
#include <vector>

namespace ctorch {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

inline void require(bool condition, const char *message) {
    if (!condition) throw std::invalid_argument(message);
}

/// An operator with a gradient of its own, from what `Body` has as forward and backward. Of what these call nothing is recorded,
/// and libtorch is told so once, not asked by each call.
template <typename Body> struct Function : torch::autograd::Function<Function<Body>> {
    template <typename... Arguments> static auto forward(AutogradContext *context, Arguments &&...arguments) {
        at::AutoDispatchBelowADInplaceOrView unrecorded;
        return Body::forward(context, std::forward<Arguments>(arguments)...);
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        at::AutoDispatchBelowADInplaceOrView unrecorded;
        return Body::backward(context, std::move(gradients));
    }
};

/// Does blocks on libtorch's own threads, as many as it may use.
void on_threads(int64_t count, const std::function<void(int64_t)> &body);

/// The tensor's elements one after another, as floats.
Tensor plain(const Tensor &tensor);

/// The tensor where these passes run. On a GPU it is brought to the processor, with its history, and results go back.
inline Tensor near(const CTTensor *tensor) { return tensor->value.cpu(); }

inline const BFloat16 *halves(const Tensor &tensor) {
    return reinterpret_cast<const BFloat16 *>(tensor.const_data_ptr<at::BFloat16>());
}
inline BFloat16 *mutable_halves(Tensor &tensor) {
    return reinterpret_cast<BFloat16 *>(tensor.mutable_data_ptr<at::BFloat16>());
}

/// Floats rounded to bfloat16.
Tensor rounded(const Tensor &tensor);

/// x wᵀ of matrices, by the library whose products of that size are the faster ones. Without a gradient.
Tensor product(const Tensor &x, const Tensor &w);

/// A mask of as many elements, 1 with that probability; the same draws that at::rand makes.
Tensor drawn_mask(at::Generator &generator, at::IntArrayRef shape, double probability);

/// What stands for a mask where there is none: libtorch's recording of gradients takes no undefined tensors.
inline Tensor no_mask() { return at::empty({0}, at::TensorOptions().dtype(at::kByte)); }

inline const uint8_t *mask_of(const Tensor &mask) {
    return mask.numel() > 0 ? mask.const_data_ptr<uint8_t>() : nullptr;
}

/// `body` with a number of the tensor's type, single or double.
template <typename Body> auto in_precision_of(const Tensor &tensor, Body body) {
    switch (tensor.scalar_type()) {
    case at::kFloat: return body(float());
    case at::kDouble: return body(double());
    default: throw std::invalid_argument("single or double precision is wanted here");
    }
}

/// The vectors along the rows of a matrix divided by their lengths, as Tensor.normalized has them, and the gradient of that.
struct Unit {
    Tensor vectors, lengths;

    explicit Unit(const Tensor &x);
    Unit(const Tensor &vectors, const Tensor &lengths) : vectors(vectors), lengths(lengths) {}

    Tensor backward(const Tensor &gradient) const;
};

/// The gradient itself when nobody else holds it, so that it may be added to; else a copy.
Tensor to_add_to(const Tensor &gradient);

/// Rows of each segment; they add up to the rows of the matrix.
std::vector<int64_t> counts_of(const int64_t *counts, size_t segments, const Tensor &rows);

} // namespace ctorch
#endif
