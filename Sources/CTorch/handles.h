// What the translation units of the shim share: the handles, and how a failure is told.
#ifndef CTORCH_HANDLES_H
#define CTORCH_HANDLES_H

#include "ctorch.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <exception>
#include <string>
#include <vector>

struct CTTensor {
    at::Tensor value;
};
struct CTGenerator {
    at::Generator value;
};

namespace ctorch {

/// Remembers the message for ct_last_error and returns -1.
int fail(std::string message);

/// Runs `body`; every exception becomes a message.
template <typename Body> int guarded(Body body) {
    try {
        body();
        return 0;
    } catch (const c10::Error &error) {
        return fail(error.what_without_backtrace());
    } catch (const std::exception &error) {
        return fail(error.what());
    } catch (...) {
        return fail("an unknown exception");
    }
}

/// Where tensors are made.
c10::Device current_device();

std::vector<at::Tensor> tensors(CTTensor *const *handles, size_t count);

} // namespace ctorch
#endif
