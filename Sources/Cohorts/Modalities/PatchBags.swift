/// A bag of patch features per patient, held in memory or read from files when asked for.
public struct PatchBags: Sendable {
    /// Features per patch.
    public let width: Int
    let bags: [Bag]

    enum Bag: Sendable {
        case memory([Float])
        /// The patient's slides, in the order of their file names.
        case slides([PatchFile])
    }

    /// Bags in memory: for each patient count × `width` values, patch by patch; none for an absent patient.
    ///
    /// - Precondition: each bag is a multiple of `width` in length.
    public init(width: Int, features: [[Float]]) {
        precondition(width > 0 && features.allSatisfy { $0.count % width == 0 }, "a bag does not divide into patches")
        self.width = width
        bags = features.map { .memory($0) }
    }

    init(width: Int, bags: [Bag]) {
        self.width = width
        self.bags = bags
    }

    public var patientCount: Int { bags.count }

    /// Number of patches of the patient at that position; 0 when absent.
    public func count(of patient: Int) -> Int {
        switch bags[patient] {
        case .memory(let values): values.count / width
        case .slides(let files): files.reduce(0) { $0 + $1.count }
        }
    }

    /// The patient's features, count × width, patch by patch; the slides one after another.
    ///
    /// - Throws: `PatchFileError` when a file cannot be read, has changed since it was attached, or holds values that
    ///   are not finite.
    public func features(of patient: Int) throws -> [Float] {
        switch bags[patient] {
        case .memory(let values):
            return values
        case .slides(let files):
            if files.count == 1 { return try files[0].features() }
            var values: [Float] = []
            values.reserveCapacity(count(of: patient) * width)
            for file in files { values += try file.features() }
            return values
        }
    }

    /// Where the patches lie on their slides, count × 2 (x, y in pixels of the slide's finest level); nil when the
    /// files do not say so for each slide of the patient.
    public func coordinates(of patient: Int) throws -> [Float]? {
        guard case .slides(let files) = bags[patient], !files.isEmpty else { return nil }
        var values: [Float] = []
        for file in files {
            guard let part = try file.coordinates() else { return nil }
            values += part
        }
        return values
    }

    /// The bags of the patients at `rows`, in that order.
    public subscript(rows: [Int]) -> PatchBags { PatchBags(width: width, bags: rows.map { bags[$0] }) }
}
