#include "ctorch.h"
#include "handles.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/version.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

namespace {

thread_local std::string last_error;
thread_local bool has_error = false;

/// Where tensors are made. Changed between computations only.
c10::Device device(c10::kCPU);

} // namespace

namespace ctorch {

int fail(std::string message) {
    last_error = std::move(message);
    has_error = true;
    return -1;
}

c10::Device current_device() { return device; }

std::vector<at::Tensor> tensors(CTTensor *const *handles, size_t count) {
    std::vector<at::Tensor> list;
    list.reserve(count);
    for (size_t i = 0; i < count; i++) list.push_back(handles[i]->value);
    return list;
}

} // namespace ctorch

using ctorch::guarded;
using ctorch::tensors;

namespace {

at::ScalarType scalar_type(CTScalarType type) {
    switch (type) {
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    case CT_INT64: return at::kLong;
    case CT_BOOL8: return at::kBool;
    case CT_BFLOAT16: return at::kBFloat16;
    default: throw std::invalid_argument("not a type that tensors are made of here");
    }
}

/// The argument as the schema's parameter type wants it.
c10::IValue value_of(const CTArgument &argument) {
    switch (argument.kind) {
    case CT_ARGUMENT_NONE: return c10::IValue();
    case CT_ARGUMENT_TENSOR: return argument.tensor->value;
    case CT_ARGUMENT_DOUBLE: return argument.number;
    case CT_ARGUMENT_INTEGER: return argument.integer;
    case CT_ARGUMENT_BOOLEAN: return argument.boolean;
    case CT_ARGUMENT_INTEGERS:
        return std::vector<int64_t>(argument.integers, argument.integers + argument.count);
    case CT_ARGUMENT_TENSORS: return tensors(argument.tensors, static_cast<size_t>(argument.count));
    case CT_ARGUMENT_SCALAR_TYPE: return static_cast<int64_t>(scalar_type(argument.scalar_type));
    case CT_ARGUMENT_GENERATOR: return argument.generator->value;
    case CT_ARGUMENT_STRING: return std::string(argument.string);
    }
    return c10::IValue();
}

/// The operator of that name. Looked up by the names' addresses, which are those of constants, and remembered.
const c10::OperatorHandle &operator_named(const char *name, const char *overload) {
    thread_local std::map<std::pair<const char *, const char *>, c10::OperatorHandle> known;
    auto place = known.find({name, overload});
    if (place == known.end())
        place = known.emplace(std::pair(name, overload), c10::Dispatcher::singleton().findSchemaOrThrow(name, overload))
                    .first;
    return place->second;
}

/// "[32, 51, 64] float, [64] float": what an operator was given, for the error message.
std::string described(const CTArgument *arguments, size_t count) {
    std::ostringstream text;
    bool first = true;
    auto add = [&](const at::Tensor &tensor) {
        if (!first) text << ", ";
        first = false;
        text << tensor.sizes() << " " << c10::toString(tensor.scalar_type()) << " on " << tensor.device();
    };
    for (size_t i = 0; i < count; i++) {
        if (arguments[i].kind == CT_ARGUMENT_TENSOR) add(arguments[i].tensor->value);
        if (arguments[i].kind == CT_ARGUMENT_TENSORS)
            for (int64_t j = 0; j < arguments[i].count; j++) add(arguments[i].tensors[j]->value);
    }
    return text.str();
}

} // namespace

extern "C" {

const char *ct_last_error(void) {
    if (!has_error) return nullptr;
    has_error = false;
    return last_error.c_str();
}

int ct_call(
    const char *name, const char *overload, const CTArgument *arguments, size_t count, CTTensor **results,
    size_t capacity, size_t *produced) {
    *produced = 0;
    int status = guarded([&] {
        const auto &handle = operator_named(name, overload);
        const auto &parameters = handle.schema().arguments();
        torch::jit::Stack stack;
        stack.reserve(parameters.size());
        bool is_drawn = std::any_of(arguments, arguments + count, [](const CTArgument &argument) {
            return argument.kind == CT_ARGUMENT_GENERATOR;
        });
        for (size_t i = 0; i < count; i++) stack.push_back(value_of(arguments[i]));
        for (size_t i = count; i < parameters.size(); i++) {
            const auto &fallback = parameters[i].default_value();
            if (!fallback.has_value())
                throw std::invalid_argument("the argument " + parameters[i].name() + " is missing");
            // What makes a tensor from nothing takes a device, and is given none.
            if (!device.is_cpu() && parameters[i].name() == "device" && fallback->isNone())
                stack.push_back(is_drawn ? c10::Device(c10::kCPU) : device);
            else stack.push_back(*fallback);
        }
        handle.callBoxed(stack);
        auto put = [&](const at::Tensor &tensor) {
            if (*produced == capacity) throw std::length_error("more results than were asked for");
            results[(*produced)++] = new CTTensor{is_drawn ? tensor.to(device) : tensor};
        };
        for (const auto &item : stack) {
            if (item.isTensor()) put(item.toTensor());
            else if (item.isTensorList())
                for (const auto &tensor : item.toTensorVector()) put(tensor);
            else throw std::invalid_argument("a result is not a tensor");
        }
    });
    if (status != 0) {
        for (size_t i = 0; i < *produced; i++) delete results[i];
        *produced = 0;
        std::string given = described(arguments, count);
        last_error = std::string(name) + (given.empty() ? "" : " of " + given) + ": " + last_error;
    }
    return status;
}

int ct_tensor_from_data(
    const void *data, CTScalarType type, const int64_t *shape, size_t dimensions, CTTensor **result) {
    return guarded([&] {
        auto tensor = at::empty(at::IntArrayRef(shape, dimensions), scalar_type(type));
        if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), data, tensor.nbytes());
        *result = new CTTensor{tensor.to(device)};
    });
}

int ct_tensor_lent(
    const void *data, CTScalarType type, const int64_t *shape, size_t dimensions, void *owner, void (*give_back)(void *),
    CTTensor **result) {
    return guarded([&] {
        auto tensor = at::from_blob(
            const_cast<void *>(data), at::IntArrayRef(shape, dimensions), [owner, give_back](void *) { give_back(owner); },
            at::TensorOptions().dtype(scalar_type(type)));
        *result = new CTTensor{tensor.to(device)};
    });
}

void ct_tensor_release(CTTensor *tensor) { delete tensor; }

size_t ct_tensor_dimensions(const CTTensor *tensor) { return static_cast<size_t>(tensor->value.dim()); }

void ct_tensor_shape(const CTTensor *tensor, int64_t *shape) {
    auto sizes = tensor->value.sizes();
    std::copy(sizes.begin(), sizes.end(), shape);
}

CTScalarType ct_tensor_scalar_type(const CTTensor *tensor) {
    switch (tensor->value.scalar_type()) {
    case at::kFloat: return CT_FLOAT32;
    case at::kDouble: return CT_FLOAT64;
    case at::kLong: return CT_INT64;
    case at::kBool: return CT_BOOL8;
    case at::kBFloat16: return CT_BFLOAT16;
    default: return CT_OTHER;
    }
}

int ct_tensor_copy_data(const CTTensor *tensor, CTScalarType type, void *data) {
    return guarded([&] {
        auto plain = tensor->value.detach().to(at::kCPU, scalar_type(type)).contiguous();
        if (plain.nbytes() > 0) std::memcpy(data, plain.const_data_ptr(), plain.nbytes());
    });
}

int ct_tensor_set_requires_grad(CTTensor *tensor, bool required) {
    return guarded([&] { tensor->value.set_requires_grad(required); });
}

bool ct_tensor_requires_grad(const CTTensor *tensor) { return tensor->value.requires_grad(); }

int ct_tensor_backward(CTTensor *tensor) {
    return guarded([&] { tensor->value.backward(); });
}

int ct_tensor_grad(const CTTensor *tensor, CTTensor **result) {
    *result = nullptr;
    return guarded([&] {
        const auto &gradient = tensor->value.grad();
        if (gradient.defined()) *result = new CTTensor{gradient};
    });
}

void ct_tensor_clear_grad(CTTensor *tensor) { tensor->value.mutable_grad().reset(); }

bool ct_set_grad_enabled(bool enabled) {
    bool before = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(enabled);
    return before;
}

int ct_generator_create(uint64_t seed, CTGenerator **result) {
    return guarded([&] { *result = new CTGenerator{at::detail::createCPUGenerator(seed)}; });
}

void ct_generator_release(CTGenerator *generator) { delete generator; }

int ct_tensor_unpickle(const char *path, CTTensor **result) {
    return guarded([&] {
        std::ifstream file(path, std::ios::binary);
        if (!file) throw std::runtime_error("the file cannot be opened");
        std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        auto value = torch::jit::pickle_load(bytes);
        if (!value.isTensor()) throw std::runtime_error("it holds " + value.tagKind() + ", not a tensor");
        *result = new CTTensor{value.toTensor()};
    });
}

int ct_set_device(const char *name) {
    return guarded([&] {
        c10::Device wanted(name);
        // Whatever would fail later fails here.
        at::zeros({1}, at::TensorOptions().device(wanted));
        device = wanted;
    });
}

int ct_gpus(void) {
    const auto &hooks = at::detail::getCUDAHooks();
    if (hooks.hasCUDA()) return hooks.deviceCount();
    // Every published build for CUDA has cuDNN, and no other can have it.
    return hooks.compiledWithCuDNN() ? 0 : -1;
}

void ct_set_threads(int threads) { at::set_num_threads(threads); }

int ct_threads(void) { return at::get_num_threads(); }

const char *ct_version(void) { return TORCH_VERSION; }
}
