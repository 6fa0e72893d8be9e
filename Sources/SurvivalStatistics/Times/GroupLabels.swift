/// Groups of patients as numbers: which groups there are, and the group of each patient.
///
/// Groups are ordered as numbers when every label is one ("2" before "10"), else by the characters of their labels, as
/// R orders the levels of a factor. O(n).
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
        let numbers = unordered.compactMap(Double.init)
        let isNumeric = numbers.count == unordered.count && !numbers.contains(where: \.isNaN)
        let sorted = unordered.indices.sorted {
            if isNumeric && numbers[$0] != numbers[$1] { return numbers[$0] < numbers[$1] }
            return unordered[$0].unicodeScalars.lexicographicallyPrecedes(unordered[$1].unicodeScalars)
        }
        var place = [Int](repeating: 0, count: sorted.count)
        for (position, code) in sorted.enumerated() { place[code] = position }
        names = sorted.map { unordered[$0] }
        self.codes = codes.map { place[$0] }
    }
}
