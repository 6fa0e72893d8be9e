import Results

/// The quality of embeddings among the patients of one fold.
struct FoldQuality {
    private(set) var entries: [EmbeddingQuality.Entry] = []
    private let modalities: [String]
    private var vectors: [Embeddings.Role: [String: Matrix]] = [:]

    init(_ embeddings: Embeddings, patients: [Int]) {
        modalities = embeddings.modalities
        for role in Embeddings.Role.allCases {
            for modality in modalities {
                vectors[role, default: [:]][modality] = embeddings.vectors(role, modality, of: patients)
            }
        }
        addAlignment()
        addDistinctiveness()
        addCollapse()
    }

    private mutating func addAlignment() {
        let shared = modalities.compactMap { modality in
            vectors[.shared]?[modality].map { (modality: modality, vectors: $0) }
        }
        for query in shared {
            for target in shared where target.modality != query.modality {
                let subject = "shared \(query.modality) → \(target.modality)"
                let retrieval = Retrieval(queries: query.vectors, targets: target.vectors)
                for k in [1, 5] {
                    add(
                        .alignment, "recall@\(k)", subject, retrieval.recall(at: k), retrieval.chanceRecall(at: k),
                        best: 1)
                }
                add(.alignment, "median rank", subject, retrieval.medianRank, retrieval.chanceMedianRank, best: 1)
            }
        }
        for (i, first) in shared.enumerated() {
            for second in shared[(i + 1)...] {
                let alignment = KernelAlignment(linear: first.vectors, second.vectors)
                add(
                    .alignment, "linear CKA", "shared \(first.modality), \(second.modality)", alignment?.value,
                    alignment?.chance, best: 1)
            }
        }
    }

    private mutating func addDistinctiveness() {
        for role in Embeddings.Role.allCases {
            let clusters = modalities.compactMap { vectors[role]?[$0] }
            guard clusters.count >= 2 else { continue }
            // Modalities should be told apart by what is their own, and not by what they share.
            add(
                .distinctiveness, "silhouette", "\(role.rawValue), by modality", silhouette(of: clusters), 0,
                best: role == .specific ? 1 : 0)
        }
        for modality in modalities {
            guard let shared = vectors[.shared]?[modality], let specific = vectors[.specific]?[modality] else {
                continue
            }
            let dependence = KernelAlignment(gaussian: shared, specific)
            add(
                .distinctiveness, "HSIC", "\(modality) shared, specific", dependence?.value, dependence?.chance,
                best: dependence?.chance)
        }
    }

    private mutating func addCollapse() {
        for role in Embeddings.Role.allCases {
            for modality in modalities {
                guard let matrix = vectors[role]?[modality] else { continue }
                let largest = Double(min(matrix.rows - 1, matrix.columns))
                add(
                    .collapse, "effective rank", "\(role.rawValue) \(modality)", effectiveRank(of: matrix), nil,
                    best: largest)
            }
        }
    }

    private mutating func add(
        _ aspect: EmbeddingQuality.Aspect, _ measure: String, _ subject: String, _ value: Double?, _ chance: Double?,
        best: Double?
    ) {
        entries.append(
            EmbeddingQuality.Entry(
                aspect: aspect, measure: measure, subject: subject, value: value, chance: chance, best: best))
    }
}
