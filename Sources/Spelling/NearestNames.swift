/// The names most like `word`, best first, for "did you mean".
///
/// Likeness is the Damerau-Levenshtein distance (optimal string alignment, case ignored); a name qualifies when it is
/// within a third of the longer word's length (at least one edit) and below that length, or when one of the two begins with the other and
/// three letters agree.
public func nearestNames(to word: String, in names: some Sequence<String>, limit: Int = 3) -> [String] {
    let target = Array(word.lowercased())
    var ranked: [(distance: Int, name: String)] = []
    for name in names {
        let candidate = Array(name.lowercased())
        let distance = editDistance(target, candidate)
        let allowed = max(1, max(target.count, candidate.count) / 3)
        let sharesStart =
            min(target.count, candidate.count) >= 3
            && (candidate.starts(with: target) || target.starts(with: candidate))
        // Of a single letter another one is no slip.
        let isSlip = distance <= allowed && distance < max(target.count, candidate.count)
        if isSlip || sharesStart { ranked.append((distance, name)) }
    }
    ranked.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return ranked.prefix(limit).map(\.name)
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1] + [Int](repeating: 0, count: b.count)
        for j in 0..<b.count {
            row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
