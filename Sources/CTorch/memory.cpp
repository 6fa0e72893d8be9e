// The memory of tensors on the processor.
#include <c10/core/CPUAllocator.h>

#include <cstddef>
#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

/// A step asks for the same tens of megabytes that the step before gave back. Given back to the system they would come again
/// as pages to be cleared, one fault each; so malloc keeps them, as it does with small ones.
[[maybe_unused]] const bool memory_is_kept = [] {
#ifdef __GLIBC__
    constexpr int one_step = 1 << 30;
    return mallopt(M_MMAP_THRESHOLD, one_step) == 1 && mallopt(M_TRIM_THRESHOLD, one_step) == 1;
#else
    return false;
#endif
}();

/// Memory that begins where a line of the cache does. The system's aligned allocation asks for more than it keeps: what a
/// tensor gave back is then too small for the same tensor of the next step, and the process grows. Here it fits again.
class FittingAllocator final : public c10::Allocator {
  public:
    c10::DataPtr allocate(size_t bytes) override {
        if (bytes == 0) return {nullptr, nullptr, &give_back, c10::DeviceType::CPU};
        auto *whole = std::malloc(bytes + line);
        TORCH_CHECK_WITH(OutOfMemoryError, whole, "not enough memory for a tensor of ", bytes, " bytes");
        // malloc's own alignment leaves room for its pointer before the line.
        static_assert(alignof(std::max_align_t) >= sizeof(void *));
        auto *start = reinterpret_cast<void **>((reinterpret_cast<uintptr_t>(whole) + line) & ~(line - 1));
        start[-1] = whole;
        return {start, start, &give_back, c10::DeviceType::CPU};
    }

    c10::DeleterFnPtr raw_deleter() const override { return &give_back; }

    void copy_data(void *to, const void *from, size_t bytes) const override { default_copy_data(to, from, bytes); }

  private:
    static constexpr uintptr_t line = 64;

    static void give_back(void *start) {
        if (start) std::free(static_cast<void **>(start)[-1]);
    }
} fitting_allocator;

[[maybe_unused]] const bool memory_fits = [] {
    constexpr uint8_t before_its_own = 1;
    c10::SetCPUAllocator(&fitting_allocator, before_its_own);
    return true;
}();

} // namespace
