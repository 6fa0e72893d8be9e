import CommandLanguage
import Results
import SurvivalStatistics

/// Patients described by group, as the first table of a paper does.
struct PatientTable {
    enum Center: String, CaseIterable {
        /// With quartiles.
        case median
        /// With standard deviation.
        case mean
    }

    struct Cell {
        var text: String
        var members: [(key: String, value: JSON)]
    }

    struct Line {
        /// The column; empty for the lines of its categories.
        var variable: String
        var level: String
        /// For each group; nil where the group has no cell.
        var cells: [Cell?]
        /// Patients of each group without a value; empty where that is not asked.
        var missing: [Int]
        var test: GroupTest?
        /// Of the second of two groups less the first.
        var difference: Double?
    }

    let groups: [String]
    let center: Center
    private(set) var lines: [Line] = []

    /// - Parameters:
    ///   - rows: of each group.
    ///   - columns: those to describe, in their order.
    init(
        groups: [(name: String, rows: [Int])], outcome: Outcome, columns: [(name: String, column: Column)],
        center: Center
    ) throws {
        self.groups = groups.map(\.name)
        self.center = center
        let rows = groups.map(\.rows)
        func add(_ name: String, _ cells: [Cell?]) {
            lines.append(Line(variable: name, level: "", cells: cells, missing: [], test: nil, difference: nil))
        }
        add("patients", rows.map { .count($0.count) })
        add(
            "events",
            rows.map { rows in .share(rows.count { outcome.event[$0] }, of: rows.count) })
        add("follow-up, median", try rows.map { .time(try followUp(outcome[$0]).median) })
        for (name, column) in columns {
            switch column {
            case .numbers(let values): addNumbers(name, rows.map { $0.map { values[$0] } })
            case .labels(let values): addLabels(name, rows.map { $0.map { values[$0] } })
            }
        }
    }

    private mutating func addNumbers(_ name: String, _ values: [[Double]]) {
        let known = values.map { $0.filter { !$0.isNaN } }
        lines.append(
            Line(
                variable: name, level: center == .median ? "median [quartiles]" : "mean (sd)",
                cells: known.map { $0.isEmpty ? nil : center == .median ? .quartiles($0) : .moments($0) },
                missing: zip(values, known).map { $0.count - $1.count },
                test: center == .median ? .kruskalWallis(known) : .welch(known),
                difference: known.count == 2 ? standardizedDifference(known[0], known[1]) : nil))
    }

    private mutating func addLabels(_ name: String, _ values: [[String?]]) {
        let known = values.map { $0.compactMap { $0 } }
        let levels = Set(known.flatMap { $0 }).sorted()
        let counts = known.map { group in
            let found = Dictionary(group.map { ($0, 1) }, uniquingKeysWith: +)
            return levels.map { found[$0] ?? 0 }
        }
        lines.append(
            Line(
                variable: name, level: "n (%)", cells: values.map { _ in nil },
                missing: zip(values, known).map { $0.count - $1.count }, test: .independence(counts),
                difference: counts.count == 2 ? standardizedDifference(counts: counts[0], counts[1]) : nil))
        for (place, level) in levels.enumerated() {
            lines.append(
                Line(
                    variable: name, level: level,
                    cells: zip(counts, known).map { $1.isEmpty ? nil : .share($0[place], of: $1.count) }, missing: [],
                    test: nil, difference: nil))
        }
    }
}

extension PatientTable.Cell {
    static func count(_ count: Int) -> Self { Self(text: String(count), members: [("n", .number(Double(count)))]) }

    static func share(_ count: Int, of total: Int) -> Self {
        let percent = 100 * Double(count) / Double(total)
        return Self(
            text: "\(count) (\(formatFixed(percent, decimals: 1))%)",
            members: [("n", .number(Double(count))), ("percent", .number(percent))])
    }

    static func time(_ time: Double?) -> Self { Self(text: timeText(time), members: [("median", json(time))]) }

    static func quartiles(_ values: [Double]) -> Self {
        let quartiles = values.quartiles
        let texts = quartiles.map { formatNumber($0) }
        return Self(
            text: "\(texts[1]) [\(texts[0]) – \(texts[2])]",
            members: [
                ("median", .number(quartiles[1])), ("q1", .number(quartiles[0])), ("q3", .number(quartiles[2])),
            ])
    }

    static func moments(_ values: [Double]) -> Self {
        let (mean, deviation) = values.meanAndDeviation
        return Self(
            text: "\(formatNumber(mean)) (\(formatNumber(deviation, digits: 3)))",
            members: [("mean", .number(mean)), ("sd", .number(deviation))])
    }
}
