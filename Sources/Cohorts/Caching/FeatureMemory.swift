import Foundation
import Torch

/// Features at a fixed place in memory: allocated, or part of a mapped cache.
///
/// The values are read only once made, so that threads may share them.
final class FeatureMemory: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    let precision: FeaturePrecision
    /// What the memory belongs to; nil when it was allocated here.
    private let cache: FeatureCache?

    /// Memory of its own, filled by `fill`, which has to set every value.
    private init(
        count: Int, _ precision: FeaturePrecision, fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count * precision.size, alignment: 64)
        bytes = UnsafeRawBufferPointer(memory)
        self.precision = precision
        cache = nil
        // From here on `deinit` gives the memory back, also when filling fails.
        try fill(memory)
    }

    /// Memory of its own in single precision, filled by `fill`, which has to set every value.
    convenience init(count: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        try self.init(count: count, .fp32) { try fill($0.bindMemory(to: Float.self)) }
    }

    convenience init(_ values: [Float]) {
        self.init(count: values.count) { _ = $0.initialize(from: values) }
    }

    /// A part of a cache, which stays mapped as long as this lives.
    init(_ bytes: UnsafeRawBufferPointer, of cache: FeatureCache) {
        self.bytes = bytes
        self.cache = cache
        precision = cache.precision
    }

    deinit {
        guard let cache else { return bytes.deallocate() }
        cache.release(bytes)
    }

    /// Number of values.
    var count: Int { bytes.count / precision.size }

    /// The values in single precision.
    ///
    /// - Precondition: they are kept so.
    var values: UnsafeBufferPointer<Float> {
        precondition(precision == .fp32, "features in \(precision) are no floats")
        return bytes.assumingMemoryBound(to: Float.self)
    }

    /// The same values, rounded where they are to be kept in less.
    ///
    /// - Precondition: they are not asked for in more than they are kept in.
    func kept(in other: FeaturePrecision) -> FeatureMemory {
        if other == precision { return self }
        return FeatureMemory(count: count, other) { roundToBFloat(values, into: $0.bindMemory(to: UInt16.self)) }
    }

    /// Copies the values, widened to single precision, to `place`.
    func copy(widenedTo place: UnsafeMutablePointer<Float>) {
        switch precision {
        case .fp32: values.baseAddress.map { place.update(from: $0, count: count) }
        case .bf16:
            for (index, half) in bytes.assumingMemoryBound(to: UInt16.self).enumerated() {
                place[index] = Float(bitPattern: UInt32(half) << 16)
            }
        }
    }
}
