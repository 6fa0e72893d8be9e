import Foundation
import Results

/// A bag of patch features per patient, held in memory, mapped from a cache, or read from files when asked for.
public struct PatchBags: Sendable {
    /// Features per patch.
    public let width: Int
    /// What bags are given out in.
    public private(set) var precision = FeaturePrecision.fp32
    private(set) var bags: [Bag]
    /// The folder of the files, where a cache of them may be kept; nil when there is none, or none is wanted.
    let cachedFolder: String?
    /// Reads what comes next; nil when nobody told.
    private var ahead: ReadAhead?

    indirect enum Bag: Sendable {
        case memory(FeatureMemory)
        /// The patient's slides, in the order of their file names.
        case slides([PatchFile])
        /// The same slides at these positions of a cache.
        case cached(FeatureCache, [Int], [PatchFile])
        /// Another bag, to whose features normal deviates of these standard deviations are added, drawn from the seed.
        case perturbed(Bag, deviations: [Float], seed: UInt64)

        var files: [PatchFile] {
            switch self {
            case .memory: []
            case .slides(let files), .cached(_, _, let files): files
            case .perturbed(let bag, _, _): bag.files
            }
        }
    }

    /// Bags in memory: for each patient count × `width` values, patch by patch; none for an absent patient.
    ///
    /// - Precondition: each bag is a multiple of `width` in length.
    public init(width: Int, features: [[Float]]) {
        precondition(width > 0 && features.allSatisfy { $0.count % width == 0 }, "a bag does not divide into patches")
        self.init(width: width, bags: features.map { .memory(FeatureMemory($0)) })
    }

    init(
        width: Int, precision: FeaturePrecision = .fp32, bags: [Bag], cachedFolder: String? = nil
    ) {
        self.width = width
        self.precision = precision
        self.bags = bags
        self.cachedFolder = cachedFolder
    }

    public var patientCount: Int { bags.count }

    /// Number of patches of the patient at that position; 0 when absent.
    public func count(of patient: Int) -> Int { count(of: bags[patient]) }

    private func count(of bag: Bag) -> Int {
        switch bag {
        case .memory(let memory): memory.count / width
        case .slides(let files), .cached(_, _, let files): files.reduce(0) { $0 + $1.count }
        case .perturbed(let bag, _, _): count(of: bag)
        }
    }

    /// The patient's patches, without copying them where they are in memory; the slides one after another.
    ///
    /// - Throws: `PatchFileError` when a file cannot be read, has changed since it was attached, or holds values that
    ///   are not finite.
    public func bag(of patient: Int) throws -> PatchBag { try ahead?.next(patient) ?? load(patient) }

    private func load(_ patient: Int) throws -> PatchBag { try load(bags[patient]) }

    private func load(_ bag: Bag) throws -> PatchBag {
        let parts: [FeatureMemory]
        switch bag {
        case .memory(let memory): parts = [memory]
        case .slides(let files): parts = try files.map { try $0.memory() }
        case .cached(let cache, let positions, let files):
            parts = try cache.memory(of: positions) ?? files.map { try $0.memory() }
        case .perturbed(let bag, let deviations, let seed):
            var values = try load(bag).values
            var generator = SeededGenerator(seed: seed)
            for place in values.indices {
                values[place] += deviations[place % width] * Float(generator.normal())
            }
            parts = [FeatureMemory(values)]
        }
        return PatchBag(width: width, precision: precision, parts: parts.map { $0.kept(in: precision) })
    }

    /// The same bags, given out in that precision: those in memory are kept in it, others rounded when they are read.
    ///
    /// - Precondition: it is not more than they are kept in.
    public func kept(in precision: FeaturePrecision) -> PatchBags {
        guard precision != self.precision else { return self }
        precondition(self.precision == .fp32, "what was rounded cannot be given out in \(precision)")
        var copy = self
        copy.precision = precision
        copy.ahead = nil
        for (patient, bag) in bags.enumerated() {
            if case .memory(let memory) = bag { copy.bags[patient] = .memory(memory.kept(in: precision)) }
        }
        return copy
    }

    /// The patient's features, count × width, patch by patch; the slides one after another.
    ///
    /// - Throws: as `bag(of:)`.
    public func features(of patient: Int) throws -> [Float] { try bag(of: patient).values }

    /// Where the patches lie on their slides, count × 2 (x, y in pixels of the slide's finest level); nil when the
    /// files do not say so for each slide of the patient.
    public func coordinates(of patient: Int) throws -> [Float]? {
        let files = bags[patient].files
        guard !files.isEmpty else { return nil }
        var values: [Float] = []
        for file in files {
            guard let part = try file.coordinates() else { return nil }
            values += part
        }
        return values
    }

    /// The bags of the patients at `rows`, in that order.
    public subscript(rows: [Int]) -> PatchBags {
        PatchBags(width: width, precision: precision, bags: rows.map { bags[$0] }, cachedFolder: cachedFolder)
    }

    // MARK: Reading ahead

    /// The same bags, which read those that are expected next while others are computed with; bags in memory stay as
    /// they are. Each reader of its own order needs its own.
    public func readingAhead() -> PatchBags {
        guard bags.contains(where: { !$0.files.isEmpty }) else { return self }
        var copy = self
        copy.ahead = nil
        let plain = copy
        copy.ahead = ReadAhead { try plain.load($0) }
        return copy
    }

    /// Tells the patients who will be asked for next, in order; those without patches are passed over.
    public func expect(_ patients: [Int]) { ahead?.expect(patients.filter { count(of: $0) > 0 }) }

    // MARK: Caching

    /// The slides, those of a patient together.
    var sources: [[FeatureCacheWriter.Source]] {
        bags.map { bag in
            bag.files.map { FeatureCacheWriter.Source(file: $0, name: ($0.path as NSString).lastPathComponent) }
        }
    }

    /// Whether every slide is in the cache as it is in its file.
    func isWhole(in cache: FeatureCache) -> Bool {
        cache.width == width && bags.allSatisfy { positions(of: $0.files, in: cache) != nil }
    }

    /// The same bags, read from the cache where it has all of a patient's slides as they are in their files.
    ///
    /// - Precondition: the cache keeps them in the bags' precision or in more.
    func reading(from cache: FeatureCache) -> PatchBags {
        precondition(cache.precision == .fp32 || precision == .bf16, "a cache of less precision than asked for")
        guard cache.width == width else { return self }
        func mapped(_ bag: Bag) -> Bag {
            if case .perturbed(let bag, let deviations, let seed) = bag {
                return .perturbed(mapped(bag), deviations: deviations, seed: seed)
            }
            let files = bag.files
            guard !files.isEmpty, let positions = positions(of: files, in: cache) else { return bag }
            return .cached(cache, positions, files)
        }
        return PatchBags(width: width, precision: precision, bags: bags.map(mapped), cachedFolder: cachedFolder)
    }

    private func positions(of files: [PatchFile], in cache: FeatureCache) -> [Int]? {
        var positions: [Int] = []
        for file in files {
            guard let stamp = FileStamp(path: file.path),
                let position = cache.position(
                    of: (file.path as NSString).lastPathComponent, stamp: stamp, count: file.count)
            else { return nil }
            positions.append(position)
        }
        return positions
    }
}
