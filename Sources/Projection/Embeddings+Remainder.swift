import Results

extension Embeddings {
    /// Below this, patients say too little of what goes with what.
    public static let fewestToExplain = 10

    /// The specific embeddings less what the shared ones explain of them: r − ŷ₍₋ᵢ₎ + r̄, where ŷ₍₋ᵢ₎ is what a ridge
    /// regression of r on s, learned from all patients but this one, says of the patient's r.
    ///
    /// s is the mean of the shared embeddings of the patient's other modalities: what is shared is what others tell, too, while the
    /// modality's own shared embedding may know some of what is its own. Of a patient without others it is the modality's own. The
    /// penalty, out of `RidgeProbe.penalties` for an s whose entries have variance 1 on average, is the one of least squared error
    /// over the patients left out in turn, so that neither turning r or s nor changing their scale changes what is left. Agrees with
    /// scikit-learn's RidgeCV.
    ///
    /// Every patient is compared with others of the same kind, not with those whom the model learned from, to whom it was fitted.
    ///
    /// Models of different folds have different coordinates, so this is done within each fold (the covariate `fold`, where above
    /// 0). Vectors that are not finite stay as they are and have no part.
    ///
    /// - Returns: the embeddings, and how many specific vectors were left as they were, because fewer than `fewestToExplain`
    ///   patients of their fold have the modality.
    public func withoutShared() -> (remainder: Embeddings, untouched: Int) {
        var remainder = self
        var untouched = 0
        for (index, part) in parts.enumerated() where part.role == .specific {
            let others = PatientMeans(parts(.shared).filter { $0.modality != part.modality })
            let means = others.filled(from: PatientMeans(parts(.shared)))
            let positions = Dictionary(uniqueKeysWithValues: zip(part.rows, part.rows.indices))
            for fold in EmbeddingQuality.folds(of: part.rows, covariates) {
                let known = fold.filter { patient in
                    means.has(patient) && part.vectors[row: positions[patient]!].allSatisfy(\.isFinite)
                }
                guard known.count >= Self.fewestToExplain else {
                    untouched += known.count
                    continue
                }
                let places = known.map { positions[$0]! }
                let left = unexplained(part.vectors[rows: places], by: means.of(known))
                for (row, place) in places.enumerated() {
                    for column in 0..<left.columns { remainder.parts[index].vectors[place, column] = left[row, column] }
                }
            }
        }
        return (remainder, untouched)
    }
}

/// What is left of y, around its mean, when each row is explained by the others.
private func unexplained(_ y: Matrix, by x: Matrix) -> Matrix {
    var x = x.centred
    let variance = x.values.reduce(0) { $0 + $1 * $1 } / Double(x.values.count)
    // All alike: there is nothing to explain by.
    guard variance > 0 else { return y }
    for index in x.values.indices { x.values[index] /= variance.squareRoot() }
    let path = RidgePath(x, y)
    let candidates = RidgeProbe.penalties.map { path.leftOutErrors(penalty: $0) }
    let sums = candidates.map { $0.values.reduce(0) { $0 + $1 * $1 } }
    var left = candidates[sums.indices.min { sums[$0] < sums[$1] } ?? 0]
    for column in 0..<y.columns {
        let mean = (0..<y.rows).reduce(0) { $0 + y[$1, column] } / Double(y.rows)
        for row in 0..<y.rows { left[row, column] += mean }
    }
    return left
}

/// The mean vector of each patient over the parts in which the patient has a finite one.
private struct PatientMeans {
    private var sums: [Int: [Double]] = [:]
    private var counts: [Int: Int] = [:]

    /// - Precondition: the parts have one width.
    init(_ parts: [Embeddings.Part]) {
        for part in parts {
            for (place, row) in part.rows.enumerated() {
                let vector = part.vectors[row: place]
                guard vector.allSatisfy(\.isFinite) else { continue }
                sums[row] = sums[row].map { zip($0, vector).map { $0 + $1 } } ?? Array(vector)
                counts[row, default: 0] += 1
            }
        }
    }

    func has(_ patient: Int) -> Bool { sums[patient] != nil }

    /// With the means of patients who have none here.
    func filled(from more: PatientMeans) -> PatientMeans {
        var filled = self
        for (patient, sum) in more.sums where sums[patient] == nil {
            filled.sums[patient] = sum
            filled.counts[patient] = more.counts[patient]
        }
        return filled
    }

    /// - Precondition: each of the patients, of whom there is one, has a vector.
    func of(_ patients: [Int]) -> Matrix {
        let rows = patients.map { patient in sums[patient]!.map { $0 / Double(counts[patient]!) } }
        return Matrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 })
    }
}
