import Results

/// Groups of patients as numbers: which groups there are, and the group of each patient.
///
/// Groups are in the order of labels (`inLabelOrder`). O(n).
struct GroupLabels: Sendable {
    let names: [String]
    /// For each patient, an index into `names`.
    let codes: [Int]

    private static let few = 12

    init(_ labels: [String]) {
        var found: [String: Int] = [:]
        var unordered: [String] = []
        let codes = labels.map { label in
            // A few short labels are faster compared than hashed.
            if let code = unordered.prefix(Self.few).firstIndex(of: label) ?? found[label] { return code }
            let code = unordered.count
            if code >= Self.few { found[label] = code }
            unordered.append(label)
            return code
        }
        names = unordered.inLabelOrder()
        let place = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let places = unordered.map { place[$0] ?? 0 }
        self.codes = codes.map { places[$0] }
    }
}
