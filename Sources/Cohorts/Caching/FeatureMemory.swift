import Foundation

/// Features at a fixed place in memory: allocated, or part of a mapped cache.
///
/// The values are read only once made, so that threads may share them.
final class FeatureMemory: @unchecked Sendable {
    let values: UnsafeBufferPointer<Float>
    /// What the memory belongs to; nil when it was allocated here.
    private let cache: FeatureCache?

    /// Memory of its own, filled by `fill`, which has to set every value.
    init(count: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        values = UnsafeBufferPointer(memory)
        cache = nil
        // From here on `deinit` gives the memory back, also when filling fails.
        try fill(memory)
    }

    convenience init(_ values: [Float]) {
        self.init(count: values.count) { _ = $0.initialize(from: values) }
    }

    /// A part of a cache, which stays mapped as long as this lives.
    init(_ values: UnsafeBufferPointer<Float>, of cache: FeatureCache) {
        self.values = values
        self.cache = cache
    }

    deinit {
        guard let cache else {
            return UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer(values)).deallocate()
        }
        cache.release(values)
    }
}
