/// The patches of one patient as they lie in memory, slide after slide; nothing is copied until asked for.
public struct PatchBag: Sendable {
    /// Features per patch.
    public let width: Int
    /// Number of patches.
    public let count: Int
    private let parts: [FeatureMemory]

    init(width: Int, parts: [FeatureMemory]) {
        self.width = width
        self.parts = parts
        count = parts.reduce(0) { $0 + $1.values.count } / width
    }

    /// All patches in one piece, count × `width`, with what keeps them there; nil when the slides lie apart.
    public var whole: (values: UnsafeBufferPointer<Float>, owner: any Sendable & AnyObject)? {
        parts.count == 1 ? (parts[0].values, parts[0]) : nil
    }

    /// Copies count × `width` values, patch by patch, to `place`.
    public func copy(to place: UnsafeMutablePointer<Float>) {
        var place = place
        for part in parts {
            guard let start = part.values.baseAddress else { continue }
            place.update(from: start, count: part.values.count)
            place += part.values.count
        }
    }

    /// The values in an array of their own.
    public var values: [Float] {
        [Float](unsafeUninitializedCapacity: count * width) { buffer, initialized in
            if let start = buffer.baseAddress { copy(to: start) }
            initialized = count * width
        }
    }
}
