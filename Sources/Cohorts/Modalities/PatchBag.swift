/// The patches of one patient as they lie in memory, slide after slide; nothing is copied until asked for.
public struct PatchBag: Sendable {
    /// Features per patch.
    public let width: Int
    /// Number of patches.
    public let count: Int
    public let precision: FeaturePrecision
    private let parts: [FeatureMemory]

    /// - Precondition: all parts are of that precision.
    init(width: Int, precision: FeaturePrecision, parts: [FeatureMemory]) {
        precondition(parts.allSatisfy { $0.precision == precision }, "slides of a patient kept differently")
        self.width = width
        self.precision = precision
        self.parts = parts
        count = parts.reduce(0) { $0 + $1.count } / width
    }

    /// Bytes of all values.
    public var size: Int { count * width * precision.size }

    /// All patches in one piece, count × `width`, with what keeps them there; nil when the slides lie apart.
    public var whole: (bytes: UnsafeRawBufferPointer, owner: any Sendable & AnyObject)? {
        parts.count == 1 ? (parts[0].bytes, parts[0]) : nil
    }

    /// Copies the values, `size` bytes, patch by patch, to `place`.
    public func copy(to place: UnsafeMutableRawPointer) {
        var place = place
        for part in parts {
            guard let start = part.bytes.baseAddress else { continue }
            place.copyMemory(from: start, byteCount: part.bytes.count)
            place += part.bytes.count
        }
    }

    /// The values, in single precision, in an array of their own.
    public var values: [Float] {
        [Float](unsafeUninitializedCapacity: count * width) { buffer, initialized in
            if var place = buffer.baseAddress {
                for part in parts {
                    part.copy(widenedTo: place)
                    place += part.count
                }
            }
            initialized = count * width
        }
    }
}
