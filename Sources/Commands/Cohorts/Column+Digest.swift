import CommandLanguage
import Results

extension Column {
    private static let mostLevels = 4

    /// What is in the column, on one line: `24 – 60, median 46`, or the most frequent labels with their counts.
    var digest: String {
        switch self {
        case .numbers(let values):
            let known = values.filter { !$0.isNaN }.sorted()
            guard let low = known.first, let high = known.last else { return "" }
            let median = (known[(known.count - 1) / 2] + known[known.count / 2]) / 2
            return "\(formatNumber(low)) – \(formatNumber(high)), median \(formatNumber(median))"
        case .labels(let values):
            var counts: [String: Int] = [:]
            for value in values { if let value { counts[value, default: 0] += 1 } }
            let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let shown = ordered.prefix(Self.mostLevels).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            return shown + (ordered.count > Self.mostLevels ? ", …" : "")
        }
    }
}
