// How loops over rows are cut: into blocks whose size does not depend on the number of threads.
#ifndef CTORCH_BLOCKS_H
#define CTORCH_BLOCKS_H

#include "kernels.h"

#include <algorithm>

namespace ctorch {

constexpr int64_t block_rows = 256;

/// `body(begin, end)` for all of `count` things, `size` to a block.
template <typename Body> void in_blocks(int64_t count, int64_t size, const Blocks &blocks, Body body) {
    blocks((count + size - 1) / size, [&](int64_t block) { body(block, block * size, std::min(count, (block + 1) * size)); });
}

} // namespace ctorch
#endif
