import Results

/// How the columns of a feature table become network inputs; learned from the training patients only.
///
/// A numeric column becomes z = (x − mean)/sd, cut off at ±5. Mean and sd are those of the training values drawn in to
/// median ± 5 · 1.4826 · MAD, since expression tables hold values thousands of standard deviations out; a column that
/// is constant there becomes 0, whatever others have. A missing number takes the training median and, where the training
/// patients miss it too, sets a second feature of the column to 1. A categorical column becomes one 0/1 feature per level
/// seen in training and one for "missing or another level"; where every training patient has a level, nothing is learned of
/// the latter, and who has another level or none gets the training patients' shares of the levels.
public struct FeatureScaling: Sendable {
    enum Rule: Sendable {
        case number(mean: Double, deviation: Double, median: Double, flagsMissing: Bool)
        /// - Parameter otherwise: the features of who has none of these levels.
        case levels([String], otherwise: [Float])
    }

    /// Columns of the table that have any training value, in its order; the others are left out.
    public let columnNames: [String]
    /// Columns without any value among the training patients.
    public let emptyColumns: [String]
    /// For each feature, the index in `columnNames` of the column it comes from.
    public let columnOfFeature: [Int]
    private let rules: [Rule]

    public var featureCount: Int { columnOfFeature.count }

    /// Learns the rules from the rows `training` of the table.
    public init(fitting table: Table, training: [Int]) {
        var names: [String] = []
        var empty: [String] = []
        var rules: [Rule] = []
        for name in table.names {
            guard let column = table[name], let rule = FeatureScaling.rule(for: column, training: training) else {
                empty.append(name)
                continue
            }
            names.append(name)
            rules.append(rule)
        }
        columnNames = names
        emptyColumns = empty
        self.rules = rules
        columnOfFeature = rules.enumerated().flatMap { index, rule in
            [Int](repeating: index, count: FeatureScaling.width(of: rule))
        }
    }

    /// The features of all rows of the table, row-major: rows × `featureCount`.
    public func features(of table: Table) -> [Float] {
        let width = featureCount
        var values = [Float](repeating: 0, count: table.rowCount * width)
        var offset = 0
        for (name, rule) in zip(columnNames, rules) {
            switch (rule, table[name]) {
            case (.number(let mean, let deviation, let median, let flagsMissing), .numbers(let column)?):
                for (row, value) in column.enumerated() {
                    let z = deviation > 0 ? ((value.isNaN ? median : value) - mean) / deviation : 0
                    values[row * width + offset] = Float(min(max(z, -5), 5))
                    if flagsMissing, value.isNaN { values[row * width + offset + 1] = 1 }
                }
            case (.levels(let levels, let otherwise), .some(let column)):
                for (row, label) in FeatureScaling.labels(of: column).enumerated() {
                    let start = row * width + offset
                    if let position = label.flatMap({ levels.firstIndex(of: $0) }) {
                        values[start + position] = 1
                    } else {
                        values.replaceSubrange(start..<start + otherwise.count, with: otherwise)
                    }
                }
            default: preconditionFailure("the column \(name) is not in the table the scaling was learned from")
            }
            offset += FeatureScaling.width(of: rule)
        }
        return values
    }

    /// By column the labels of a table that no training patient had, each with the number of rows that have it.
    func unknownLabels(of table: Table) -> [(column: String, counts: [(label: String, rows: Int)])] {
        zip(columnNames, rules).compactMap { name, rule in
            guard case .levels(let levels, _) = rule, let column = table[name] else { return nil }
            var counts: [String: Int] = [:]
            for case let label? in FeatureScaling.labels(of: column) where !levels.contains(label) {
                counts[label, default: 0] += 1
            }
            return counts.isEmpty ? nil : (name, counts.keys.inLabelOrder().map { ($0, counts[$0] ?? 0) })
        }
    }

    /// The table with noise, in the units in which a network sees its columns: a number gets a normal deviate of standard
    /// deviation `noise` after scaling, and a label is that of another row, drawn at random among the `present`, with
    /// probability 1 − 1/√(1 + noise²), so that both keep the same correlation with what they were. What is missing stays
    /// missing, columns that the scaling does not know stay as they are. The same generator at another `noise` gives the
    /// same deviates, larger or smaller.
    public func perturbed(
        _ table: Table, by noise: Double, present: [Bool], using generator: inout SeededGenerator
    ) -> Table {
        let donors = present.indices.filter { present[$0] }
        let kept = 1 / (1 + noise * noise).squareRoot()
        var table = table
        for (name, rule) in zip(columnNames, rules) {
            switch (rule, table[name]) {
            case (.number(_, let deviation, _, _), .numbers(let column)?):
                table[name] = .numbers(column.map { $0 + noise * deviation * generator.normal() })
            case (.levels, .some(let column)):
                let column = FeatureScaling.labels(of: column)
                let known = donors.filter { column[$0] != nil }
                table[name] = .labels(
                    column.map { label in
                        // Drawn for everyone, so that who has a label does not change the others' numbers.
                        let (chance, donor) = (generator.uniform(), generator.next())
                        guard label != nil, chance > kept, !known.isEmpty else { return label }
                        return column[known[Int(donor % UInt64(known.count))]]
                    })
            default: preconditionFailure("the column \(name) is not in the table the scaling was learned from")
            }
        }
        return table
    }

    /// Whether a column has the type that the column of that name had in training. Without any value it may be of either.
    func accepts(_ column: Column, as name: String) -> Bool {
        switch (columnNames.firstIndex(of: name).map { rules[$0] }, column) {
        case (.number?, .numbers), (.levels?, .labels): true
        case (.levels?, .numbers(let values)): values.allSatisfy(\.isNaN)
        default: false
        }
    }

    /// The labels of a column; of one that was read as numbers, since it has no value, none.
    private static func labels(of column: Column) -> [String?] {
        switch column {
        case .labels(let labels): labels
        case .numbers(let values): values.map { _ in nil }
        }
    }

    private static func width(of rule: Rule) -> Int {
        switch rule {
        case .number(_, _, _, let flagsMissing): flagsMissing ? 2 : 1
        case .levels(_, let otherwise): otherwise.count
        }
    }

    private static func rule(for column: Column, training: [Int]) -> Rule? {
        switch column {
        case .numbers(let all):
            let present = training.map { all[$0] }.filter { !$0.isNaN }
            guard !present.isEmpty else { return nil }
            let center = median(of: present)
            let reach = 5 * 1.4826 * median(of: present.map { abs($0 - center) })
            let kept = reach > 0 ? present.map { min(max($0, center - reach), center + reach) } : present
            let moments = Moments(kept)
            return .number(
                mean: moments.mean, deviation: moments.deviation > 0 ? moments.deviation : 0, median: center,
                flagsMissing: present.count < training.count)
        case .labels(let all):
            let known = training.compactMap { all[$0] }
            guard !known.isEmpty else { return nil }
            let counts = Dictionary(grouping: known) { $0 }.mapValues(\.count)
            let levels = counts.keys.sorted()
            let isComplete = known.count == training.count
            return .levels(
                levels,
                otherwise: levels.map { isComplete ? Float(counts[$0] ?? 0) / Float(known.count) : 0 }
                    + [isComplete ? 0 : 1])
        }
    }

    private static func median(of values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
