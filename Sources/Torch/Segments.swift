internal import CTorch

/// How the rows of a matrix belong together: first those of the first patient, then those of the second, and so on.
///
/// Bags of different sizes lie side by side so, without padding.
public struct Segments: Sendable, Equatable {
    /// Rows of each segment.
    public let counts: [Int]

    /// - Precondition: there is a segment, and none is empty.
    public init(_ counts: [Int]) {
        precondition(!counts.isEmpty && counts.allSatisfy { $0 > 0 }, "segments without rows: \(counts)")
        self.counts = counts
    }

    public var count: Int { counts.count }
    public var rowCount: Int { counts.reduce(0, +) }
    public var longest: Int { counts.max() ?? 0 }
    /// The size of every segment; nil when they differ.
    public var commonCount: Int? { counts.allSatisfy { $0 == counts[0] } ? counts[0] : nil }

    /// The segment of each row.
    func segmentOfRow() throws -> Tensor {
        try Tensor(indices: counts.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) })
    }

    /// 1 for rows, 0 for padding, [segments, longest]; nil when there is no padding.
    public func mask() throws -> Tensor? {
        guard commonCount == nil else { return nil }
        let longest = longest
        return try Tensor(
            counts.flatMap { count in (0..<longest).map { $0 < count ? 1 : 0 } } as [Float], shape: [count, longest])
    }
}

extension Tensor {
    /// One row per segment → that row for each of the segment's rows, [segments, …] → [rows, …].
    public func spread(over segments: Segments) throws -> Tensor {
        let rest = Array(shape.dropFirst())
        if segments.count == 1 { return try expanded([segments.rowCount] + rest) }
        guard let common = segments.commonCount else { return try selected(0, segments.segmentOfRow()) }
        return try unsqueezed(1).expanded([segments.count, common] + rest).reshaped([segments.rowCount] + rest)
    }

    /// [rows, …] → [segments, longest, …], zeros where a segment is shorter.
    public func padded(to segments: Segments) throws -> Tensor {
        let rest = Array(shape.dropFirst())
        let longest = segments.longest
        guard segments.commonCount == nil else { return try reshaped([segments.count, longest] + rest) }
        var places: [Int] = []
        var absent: [Bool] = []
        var start = 0
        for count in segments.counts {
            for row in 0..<longest {
                places.append(start + (row < count ? row : 0))
                absent.append(row >= count)
            }
            start += count
        }
        let all = try selected(0, Tensor(indices: places))
        let mask = try Tensor(mask: absent, shape: [absent.count] + rest.map { _ in 1 })
        return try all.filled(where: mask, with: 0).reshaped([segments.count, longest] + rest)
    }

    /// [segments, longest, …] → [rows, …]: the reverse of `padded`.
    public func withoutPadding(of segments: Segments) throws -> Tensor {
        let size = Array(shape.dropFirst(2))
        let longest = segments.longest
        let all = try reshaped([segments.count * longest] + size)
        guard segments.commonCount == nil else { return all }
        let places = segments.counts.enumerated().flatMap { segment, count in (0..<count).map { segment * longest + $0 }
        }
        return try all.selected(0, Tensor(indices: places))
    }
}
