/// The name of a column, or of many: one `*` stands for any text or none, which is then taken for the gene.
struct ColumnPattern {
    let text: String
    private let prefix: String
    private let suffix: String
    private let hasStar: Bool

    /// - Throws: `ModalityError.severalStars`.
    init(_ text: String) throws {
        let parts = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2 else { throw ModalityError.severalStars(text) }
        self.text = text
        prefix = parts[0]
        suffix = parts.count == 2 ? parts[1] : ""
        hasStar = parts.count == 2
    }

    /// The gene that the column is about: what the star matched, or the whole name where that is nothing or there is no star;
    /// nil when the name does not match.
    func gene(in name: String) -> String? {
        if !hasStar { return name == text ? name : nil }
        guard name.utf8.count >= prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix), name.hasSuffix(suffix)
        else { return nil }
        let gene = String(name.dropFirst(prefix.count).dropLast(suffix.count))
        return gene.isEmpty ? name : gene
    }
}

/// A column chosen for a modality, and the gene it is about.
struct ChosenColumn: Equatable {
    var name: String
    var gene: String

    /// The columns that the patterns name, in the order of the patterns and within one in that of the table, each
    /// once.
    ///
    /// - Throws: `ModalityError.noMatch` for a pattern without a column.
    static func matching(_ patterns: [String], among names: [String], path: String) throws -> [ChosenColumn] {
        var chosen: [ChosenColumn] = []
        var seen: [String: Int] = [:]
        for text in patterns {
            // A column whose own name has a star is named by it.
            let literal = names.contains(text) ? [ChosenColumn(name: text, gene: text)] : nil
            let pattern = try literal == nil ? ColumnPattern(text) : nil
            let matches =
                literal
                ?? names.compactMap { name in
                    pattern?.gene(in: name).map { ChosenColumn(name: name, gene: $0) }
                }
            guard !matches.isEmpty else { throw ModalityError.noMatch(path, pattern: text, among: names) }
            for match in matches {
                if let place = seen[match.name] {
                    // What a star stands for says more of the gene than a whole name.
                    if chosen[place].gene == match.name { chosen[place].gene = match.gene }
                } else {
                    seen[match.name] = chosen.count
                    chosen.append(match)
                }
            }
        }
        return chosen
    }
}

/// The columns among `names` that names or patterns with one `*` choose, each once.
///
/// - Parameter path: where the columns are, for errors.
/// - Throws: `ModalityError.noMatch` for a pattern without a column, `.severalStars`.
public func columnNames(matching patterns: [String], among names: [String], path: String) throws -> [String] {
    try ChosenColumn.matching(patterns, among: names, path: path).map(\.name)
}
