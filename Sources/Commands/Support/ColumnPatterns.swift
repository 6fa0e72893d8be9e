import CommandLanguage

extension Arguments {
    /// The columns that the patterns of an option choose, in the option's order; nil where the option was left out.
    ///
    /// - Throws: a `Diagnostic` that points at the option for a pattern that chooses none.
    func columns(_ option: String, among names: [String]) throws -> [String]? {
        guard let patterns = optionalColumnPatterns(option) else { return nil }
        var chosen: [String] = []
        for pattern in patterns {
            let found = names.filter { matches($0, pattern) }
            guard !found.isEmpty else {
                throw error(
                    at: option, "no column is named \(pattern)",
                    help: "there are \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", …" : "")")
            }
            chosen += found.filter { !chosen.contains($0) }
        }
        return chosen
    }
}

/// A pattern has at most one `*`, which stands for any characters.
private func matches(_ name: String, _ pattern: String) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
    let (start, end) = (pattern[..<star], pattern[pattern.index(after: star)...])
    return name.count >= start.count + end.count && name.hasPrefix(start) && name.hasSuffix(end)
}
