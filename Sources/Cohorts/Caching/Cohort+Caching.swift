import Foundation

/// A cohort whose patch features come from mapped files, and what there is to tell of that.
public struct CachedCohort: Sendable {
    public var cohort: Cohort
    /// What was written where.
    public var notes: [String] = []
    /// Why something could not be kept.
    public var warnings: [String] = []
    fileprivate var caches: [FeatureCache] = []

    /// What came up while the features were read: caches whose values turned out not to be those written. The slides
    /// were then read from their own files.
    public var damage: [String] {
        caches.filter(\.isDamaged).map {
            "the feature cache \($0.path) was damaged and is gone; features were read from their own files, and the next "
                + "training writes it anew"
        }
    }
}

extension Cohort {
    /// Has the patch features of folders read from caches, one mapped file a folder.
    ///
    /// The cache lies in the folder itself or, where that may not be written to, in `$XDG_CACHE_HOME/tta/features` (else
    /// `~/.cache`). One that was cut, damaged or made by another version is written anew; slides whose size or time is
    /// another than that of the source are read again. Each precision has a cache of its own, and a cache tells what it
    /// holds; features in bfloat16 are also taken from a cache in single precision, never the other way.
    ///
    /// - Parameters:
    ///   - writing: whether to write what is missing; otherwise what there is is made use of.
    ///   - observe: called with the modality and the share of its cache that is written; what it throws ends the work.
    /// - Throws: `PatchFileError`. A cache that cannot be written is a warning, and features are read from their files.
    public func withCachedFeatures(
        writing: Bool, observe: (String, Double) throws -> Void = { _, _ in }
    ) throws -> CachedCohort {
        var result = CachedCohort(cohort: self)
        for (index, modality) in modalities.enumerated() {
            guard case .patches(let bags) = modality.content, let folder = bags.cachedFolder else { continue }
            let place = FeatureCachePlace(folder: folder, precision: bags.precision)
            var (cache, defects) = place.find(for: bags)
            let wider =
                cache == nil && bags.precision == .bf16
                ? FeatureCachePlace(folder: folder, precision: .fp32).find(for: bags).cache : nil
            if writing, !(cache.map { bags.isWhole(in: $0) } ?? false) {
                do {
                    let path = try place.write(bags, reusing: cache ?? wider) { try observe(modality.name, $0) }
                    result.notes += defects.map { "\($0); written anew" }
                    cache = try FeatureCache(path: path, precision: bags.precision)
                    let size = (FileStamp(path: path)?.size ?? 0) / 1_000_000
                    result.notes.append("\(modality.name): features cached in \(path) (\(max(size, 1)) MB)")
                } catch let failure as FeatureCacheFailure {
                    result.warnings.append(
                        "\(modality.name): no feature cache can be written to \(failure.path) (\(failure.reason)); "
                            + "features are read from their own files in every epoch")
                } catch let defect as FeatureCache.Defect {
                    result.warnings.append(
                        "\(modality.name): the feature cache just written \(defect.text ?? "is gone"); features are read "
                            + "from their own files in every epoch")
                }
            }
            guard let cache = cache ?? wider else { continue }
            result.cohort.modalities[index].content = .patches(bags.reading(from: cache))
            result.caches.append(cache)
        }
        return result
    }
}

/// Where the cache of a folder may be.
struct FeatureCachePlace {
    let folder: String
    let precision: FeaturePrecision
    /// Beside the features, and in the user's own folder for such things.
    let paths: [String]

    init(
        folder: String, precision: FeaturePrecision,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.folder = folder
        self.precision = precision
        let absolute = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let home = environment["HOME"] ?? NSHomeDirectory()
        // The standard has relative paths ignored.
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.cache"
        let key = String(Array(absolute.utf8).withUnsafeBytes(checksum), radix: 16)
        paths = ["\(folder)/\(Self.name(precision))", "\(caches)/tta/features/\(key)\(Self.mark(precision)).cache"]
    }

    static func name(_ precision: FeaturePrecision) -> String { "tta-features\(mark(precision)).cache" }

    private static func mark(_ precision: FeaturePrecision) -> String { precision == .fp32 ? "" : "-\(precision)" }

    /// The first that can be read and has all of the bags, else the first that can be read; and what is wrong with those before
    /// it.
    func find(for bags: PatchBags) -> (cache: FeatureCache?, defects: [String]) {
        var defects: [String] = []
        var partial: FeatureCache?
        for path in paths {
            do {
                let cache = try FeatureCache(path: path, precision: precision)
                if bags.isWhole(in: cache) { return (cache, defects) }
                partial = partial ?? cache
            } catch {
                if let text = (error as? FeatureCache.Defect)?.text {
                    defects.append("the feature cache \(path) \(text)")
                }
            }
        }
        return (partial, defects)
    }

    /// Writes the bags' slides, and those of the earlier cache whose sources are as they were.
    ///
    /// - Returns: the path.
    func write(
        _ bags: PatchBags, reusing earlier: FeatureCache?, observe: (Double) throws -> Void
    ) throws -> String {
        var groups = bags.sources
        let known = Set(groups.joined().map(\.name))
        // Slides of another encoder have no place beside these.
        let reusable = earlier.flatMap { $0.width == bags.width ? $0 : nil }
        for slide in reusable?.slides ?? [] where !known.contains(slide.name) {
            let path = (folder as NSString).appendingPathComponent(slide.name)
            guard FileStamp(path: path) == slide.source else { continue }
            let format: PatchFile.Format = slide.name.lowercased().hasSuffix(".h5") ? .hdf5 : .tensor
            let file = PatchFile(path: path, format: format, count: slide.count, width: bags.width)
            groups.append([FeatureCacheWriter.Source(file: file, name: slide.name)])
        }
        var refusal: FeatureCacheFailure?
        for path in paths {
            if path != paths[0] {
                try? FileManager.default.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            }
            do {
                try FeatureCacheWriter(path: path, precision: precision, width: bags.width).write(
                    groups, reusing: reusable, observe: observe)
                return path
            } catch let failure as FeatureCacheFailure where failure.isRefusal {
                refusal = refusal ?? failure
            }
        }
        throw refusal ?? FeatureCacheFailure(path: paths[0], code: EACCES)
    }
}
